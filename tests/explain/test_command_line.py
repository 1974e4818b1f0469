# SPDX-License-Identifier: Apache-2.0
"""The command explains what a log has of errors."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

import httplib2
import pytest
from googleapiclient.errors import HttpError
from opentelemetry.instrumentation.googleapiclient._explanation.command_line import main
from opentelemetry.instrumentation.googleapiclient._explanation.error_text import errors_in
from opentelemetry.instrumentation.googleapiclient._explanation.explain import explain_text

from local_gmail import LocalGmail, documented
from support.documents import SHIPS_DOCUMENTS
from support.soak import SOAK

MODIFY = "gmail.users.messages.modify" if SHIPS_DOCUMENTS else "The call"
"""Without discovery documents, nothing tells the method of a URL."""
SCOPES = (
    "<HttpError 403 when requesting https://gmail.googleapis.com/gmail/v1/users/me/messages/19a2"
    '/modify?alt=json returned "Request had insufficient authentication scopes.". Details: "[{'
    "'@type': 'type.googleapis.com/google.rpc.ErrorInfo', 'reason': "
    "'ACCESS_TOKEN_SCOPE_INSUFFICIENT', 'domain': 'googleapis.com'}]\">"
)
RATE = (
    "<HttpError 403 when requesting https://gmail.googleapis.com/gmail/v1/users/me/messages?alt=json"
    " returned \"Rate Limit Exceeded\". Details: \"[{'message': 'Rate Limit Exceeded', 'domain': "
    "'usageLimits', 'reason': 'userRateLimitExceeded'}]\">"
)
WRAPPED = """
        #An error occurred: <HttpError 403 when requesting https://gmail.googleapis.com/gmail/v1/
        #users/me/drafts?alt=json returned "Request had insufficient authentication scopes.".
        #Details: "[{'message': 'Insufficient Permission', 'domain': 'global',
        #'reason': 'insufficientPermissions'}]">
"""
YOUTUBE_QUOTA = (
    '"The request cannot be completed because you have exceeded your '
    '<a href="/youtube/v3/getting-started#quota">quota</a>."'
)
"""What stands in quotes has quotes, and what ends an error's text, in it."""
REVOKED = (
    "('invalid_grant: Token has been expired or revoked.', {'error': 'invalid_grant', "
    "'error_description': 'Token has been expired or revoked.'})"
)
BODY = """{
  "error": {
    "code": 404,
    "message": "Requested entity was not found.",
    "errors": [{"message": "Requested entity was not found.", "domain": "global",
                "reason": "notFound"}],
    "status": "NOT_FOUND",
  }
}"""


def causes(text: str, *, alone: bool = False) -> list[str]:
    return [explain_text(told.error).cause for told in errors_in(text, alone=alone)]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (SCOPES, "scope_insufficient"),
        (RATE, "rate_limit_per_user"),
        (REVOKED, "token_revoked"),
        (BODY, "not_found"),
        (BODY.replace("\n", ""), "not_found"),
        ('{"error": "invalid_grant", "error_description": "Bad Request"}', "token_revoked"),
        ("{'error': 'invalid_client', 'error_description': 'Unauthorized'}",
         "oauth_client_invalid"),
        ("invalid_client: The OAuth client was not found.", "oauth_client_invalid"),
        (f"google.auth.exceptions.RefreshError: {REVOKED}", "token_revoked"),
        ('<HttpError 404 "Not Found">', "not_found"),
        ('<HttpError 503 when requesting None returned "Service Unavailable">',
         "backend_unavailable"),
        ('<HttpError 403 when requesting https://www.googleapis.com/drive/v3/files?alt=json '
         'returned "The caller does not have permission"', "forbidden"),
        ('<BatchError "Response not in multipart/mixed format.">', "response_unreadable"),
        ('Encountered 403 Forbidden with reason "domainPolicy"', "domain_policy"),
        ("timed out", "timeout"),
        ("The read operation timed out", "timeout"),
        ("[Errno 104] Connection reset by peer", "connection_failed"),
        ("ConnectionResetError: [Errno 104] Connection reset by peer", "connection_failed"),
        ("[Errno -2] Name or service not known", "connection_failed"),
        ("Unable to find the server at gmail.googleapis.com", "connection_failed"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer "
         "certificate (_ssl.c:1006)", "tls_failed"),
        ("google.auth.exceptions.TransportError: timed out", "timeout"),
        ("httpx.ReadTimeout: The read operation timed out", "timeout"),
        ("httpx.ConnectError: All connection attempts failed", "connection_failed"),
        ("urllib3.exceptions.NameResolutionError: Failed to resolve 'gmail.googleapis.com'",
         "connection_failed"),
        ("urllib3.exceptions.ProtocolError: ('Connection aborted.', RemoteDisconnected('Remote end "
         "closed connection without response'))", "connection_failed"),
        ("airflow.sdk.exceptions.AirflowTaskTimeout: Timeout, PID: 30879", "application_timeout"),
        ("rq.timeouts.JobTimeoutException: Task exceeded maximum timeout value (180 seconds)",
         "application_timeout"),
        # Markdown takes what stands in angle brackets for a tag.
        ('apiclient.errors.HttpError: HttpError 503 when requesting https://www.googleapis.com/'
         'upload/drive/v2/files?alt=json returned "Service Unavailable"', "backend_unavailable"),
        ('HttpError 400 when requesting https://admin.googleapis.com/admin/directory/v1/users '
         'returned \\"Bad Request\\"', "invalid_argument"),
        ("unable to find the server at www.googleapis.com", "connection_failed"),
        ("httplib2.ServerNotFoundError: Unable to find the server at www.googleapis.com",
         "connection_failed"),
        ("httplib.BadStatusLine: ''", "connection_failed"),
        ("httplib.ResponseNotReady", "connection_failed"),
        ("SSLError: EOF occurred in violation of protocol", "connection_failed"),
        ("EOF occurred in violation of protocol (_ssl.c:1129)", "connection_failed"),
        ("google.auth.exceptions.TransportError: HTTPSConnectionPool(host='oauth2.googleapis.com',"
         " port=443): Max retries exceeded with url: /token (Caused by ProxyError('Unable to "
         "connect to proxy', SSLError(SSLZeroReturnError(6, 'TLS/SSL connection has been closed "
         "(EOF) (_ssl.c:1129)'))))", "connection_failed"),
        ('google.auth.exceptions.TransportError: ("Failed to retrieve http://metadata.google.'
         'internal/computeMetadata/v1/instance/service-accounts/default/token from the Google '
         "Compute Engine metadata service. Status: 500 Response:\\nb'Could not fetch URI'\", "
         "<google_auth_httplib2._Response object at 0x3ebdb9cf8510>)", "backend_error"),
        # Uploads show no URL: the domain of the error names the API.
        (f"<HttpError 403 when requesting None returned {YOUTUBE_QUOTA}. Details: \"[{{'message': "
         f"'{YOUTUBE_QUOTA[1:-1]}', 'domain': 'youtube.quota', 'reason': 'quotaExceeded'}}]\">",
         "daily_limit"),
        # Wrapped, in a comment, and cut off.
        (WRAPPED, "scope_insufficient"),
        ("<HttpError 502 when requesting\n  https://gmail.googleapis.com/gmail/v1/users/me/profile "
         'returned "Bad Gateway">', "backend_unavailable"),
        ('<HttpError 400 when requesting None\n  returned "The user has exceeded the number of '
         "videos they may upload.\".\n  Details: \"[{'message': 'The user has exceeded the\n "
         " number of videos they may upload.', 'domain': 'youtube.video', "
         "'reason': 'uploadLimitExceeded'}]"
         '">', "quota_exceeded"),
        ('<HttpError 400 when requesting None returned "The user has exceeded the number of videos '
         "they may upload.\". Details: \"[{'message': 'The user has exc", "quota_exceeded"),
        # With something replaced in it, as GitHub does with what may be a secret.
        ('<HttpError 404 when requesting None returned "File not found: ***.". Details: "[***'
         "'message': 'File not found: ***.', 'reason': 'notFound', 'location': 'fileId'***]\">",
         "not_found"),
        ('HttpError 403 when requesting None returned "Service Accounts do not have storage quota. '
         "Leverage shared drives", "service_account_without_subject"),
        ("- `google.auth.exceptions.RefreshError: ('invalid_grant: Token has been expired or "
         "revoked.')`", "token_revoked"),
        ("E       google.auth.exceptions.TransportError: timed out", "timeout"),
        ("google.auth.exceptions.MalformedError: Service account info was not in the expected "
         "format, missing fields token_uri, client_email.", "credentials_missing"),
        ("ValueError: Authorized user info was not in the expected format, missing fields "
         "refresh_token.", "credentials_missing"),
    ],
)  # fmt: skip
def test_each_form_of_an_error_is_understood(text: str, cause: str) -> None:
    assert causes(text, alone=True) == [cause]


@pytest.mark.parametrize(
    ("status", "message", "cause"),
    [
        (400, "Precondition check failed.", "precondition_failed"),
        (403, "User Rate Limit Exceeded", "rate_limit_per_user"),
        (403, "Rate Limit Exceeded", "quota_exceeded"),
        (403, "The user has exceeded their Drive storage quota", "storage_full"),
        (403, "The user has exceeded their Drive storage quota. Free some space.", "storage_full"),
        (403, "Daily Limit for Unauthenticated Use Exceeded. Continued use requires signup.",
         "credentials_missing"),
        (403, "The download quota for this file has been exceeded.", "bandwidth_limit"),
        (401, "Unauthorized", "token_expired"),
        (403, "Quota exceeded", "quota_exceeded"),
        (403, "Quota Error: User Rate Limit Exceeded.", "quota_exceeded"),
        (403, "Quota Error: profileId ga:1 has exceeded the daily request limit.", "daily_limit"),
        (412, "Precondition Failed", "conflict"),
        (403, "No example says this.", "forbidden"),
    ],
)  # fmt: skip
def test_a_line_without_the_reason_is_understood_by_its_sentence(
    status: int, message: str, cause: str
) -> None:
    """Old releases write the message twice, some people quote it once."""
    url = "https://www.googleapis.com/drive/v3/files?alt=json"
    for details in ("", f'. Details: "{message}"'):
        line = f'<HttpError {status} when requesting {url} returned "{message}"{details}>'
        (told,) = errors_in(line, alone=True)
        explanation = explain_text(told.error)
        assert explanation.cause == cause
        assert explanation.reason is None  # for the line has none


@pytest.mark.parametrize(
    "text",
    [
        *("", "all is well", "403", "KeyError", "{}", "[]", "('a', 'b')"),
        "INFO googleapiclient.discovery: URL being requested: GET https://www.googleapis.com/x",
        "googleapiclient.http.HttpRequest: execute",
        "googleapiclient.discovery: URL being requested: GET https://www.googleapis.com/x",
        "# HttpError 404 when requesting a file",
        "retrying after HttpError 503",
    ],
)
def test_what_is_no_error_of_an_api_is_none(text: str) -> None:
    assert causes(text) == []


def test_a_whole_log_is_explained_error_by_error() -> None:
    log = f"""\
09:31:30 INFO started
09:31:30 ERROR open mailbox failed: {REVOKED}
09:31:31 WARNING Encountered 403 Forbidden with reason "insufficientPermissions"
09:31:31 ERROR archive failed: {SCOPES}
Traceback (most recent call last):
  File "/app/db.py", line 7, in connect
    raise TimeoutError("timed out")
TimeoutError: timed out
{{"severity": "ERROR", "message": "read failed", "error": {json.dumps(RATE)}}}
{{"level": "error", "payload": {{"error": {{"code": 404, "message": "Not found"}}}}, "n": 1}}
level=error msg="read failed: {RATE.replace('"', chr(92) + '"')}"
Traceback (most recent call last):
  File "/app/mail.py", line 7, in read
    request.execute()
  File "/venv/lib/googleapiclient/http.py", line 938, in execute
    raise exception
TimeoutError: timed out
{BODY}
"""
    told = [*errors_in(log)]
    assert [(one.line, explain_text(one.error).cause) for one in told] == [
        (2, "token_revoked"),
        (4, "scope_insufficient"),
        (9, "rate_limit_per_user"),
        (10, "not_found"),
        (11, "rate_limit_per_user"),
        (17, "timeout"),
        (18, "not_found"),
    ]


@pytest.mark.parametrize(
    ("sentence", "says", "does_not_say"),
    [
        ("The user does not have sufficient permissions for this file.", "share", "Picker"),
        (
            "The user has not granted the app 572305810469 read access to the file 11x5to8ehE7m.",
            "Picker",
            "572305810469",
        ),
    ],
)
def test_a_sentence_of_several_reasons_gets_the_remedy_of_its_own(
    sentence: str, says: str, does_not_say: str
) -> None:
    url = "https://www.googleapis.com/drive/v3/files/11x5to8ehE7m"
    (told,) = errors_in(f'<HttpError 403 when requesting {url} returned "{sentence}">')
    explained = str(explain_text(told.error))
    assert says in explained
    assert does_not_say not in explained


@pytest.mark.parametrize(
    ("body", "service"),
    [
        ('{"message": "The user has exceeded the number of videos they may upload."}', "YouTube"),
        ('{"message": "Requested entity was not found."}', ""),
        ('{"message": "x", "errors": [{"domain": "calendar", "reason": "timeRangeEmpty"}]}', "cal"),
    ],
)
def test_without_a_url_the_error_itself_may_tell_its_api(body: str, service: str) -> None:
    text = f'{{"error": {{"code": 400, {body[1:]}}}'
    (told,) = errors_in(text)
    explanation = explain_text(told.error)
    if service:
        assert service.lower() in f"{explanation.remedy} {explanation.help_url}".lower()
    else:
        assert explanation.help_url.startswith("https://www.rfc-editor.org/") or (
            "docs/dyn" in explanation.help_url
        )


def test_links_in_a_message_do_not_end_it() -> None:
    url = "https://www.googleapis.com/youtube/v3/search?q=song&alt=json"
    (told,) = errors_in(f"<HttpError 403 when requesting {url} returned {YOUTUBE_QUOTA}>")
    explanation = explain_text(told.error)
    assert explanation.cause == "daily_limit"
    assert explanation.message == (
        "The request cannot be completed because you have exceeded your quota."
    )


def test_an_error_and_the_body_behind_it_are_one() -> None:
    message = "The caller does not have permission"
    url = "https://storage.googleapis.com/storage/v1/b/mails/acl"
    body = {"error": {"code": 403, "message": message, "errors": [{"reason": "forbidden"}]}}
    text = f'<HttpError 403 when requesting {url} returned "{message}">\n{json.dumps(body)}'
    (told,) = errors_in(text)
    assert explain_text(told.error).reason == "forbidden"
    other = json.dumps({"error": {"code": 404, "message": "Not Found"}})
    assert len([*errors_in(f"{text}\n{other}")]) == 2


def test_a_name_before_the_error_is_not_another_one() -> None:
    text = f"Exception has occurred: HttpError\nHttpError\n{SCOPES}"
    assert causes(text, alone=True) == ["scope_insufficient"]


@pytest.mark.skipif(not SHIPS_DOCUMENTS, reason="documents tell the methods of a URL")
def test_what_all_methods_of_a_url_have_in_common_is_known() -> None:
    url = "https://classroom.googleapis.com/v1/courses?pageSize=10&alt=json"
    message = "Request had insufficient authentication scopes."
    (told,) = errors_in(f'<HttpError 403 when requesting {url} returned "{message}">')
    remedy = explain_text(told.error).remedy
    assert "the scope classroom.courses and" in remedy  # courses.readonly only reads
    url = "https://www.googleapis.com/gmail/v1/users/me/labels?alt=json"
    message = "Access Not Configured. Gmail API has not been used in project 479857586348 before."
    (told,) = errors_in(f'<HttpError 403 when requesting {url} returned "{message}">')
    assert "Gmail API has not been used" in explain_text(told.error).message


@pytest.mark.parametrize("name", ["ssl.SSLError", "SSLError"])
def test_the_text_of_a_tls_error_is_shown_as_it_is(name: str) -> None:
    text = "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1123)"
    (told,) = errors_in(f"{name}: {text}", alone=True)
    assert explain_text(told.error).message == text


def test_only_the_last_error_of_a_traceback_counts() -> None:
    try:
        try:
            raise KeyError("access_token")
        except KeyError as error:
            response = httplib2.Response({"status": "404"})
            raise HttpError(response, b"", uri="https://gmail.googleapis.com/") from error
    except HttpError as error:
        text = "".join(traceback.format_exception(error)).replace("File", 'File "googleapiclient"')
    assert causes(text) == ["not_found"]


def test_the_line_of_the_real_library(
    gmail: LocalGmail, messages: Callable[[], Any], caplog: pytest.LogCaptureFixture
) -> None:
    gmail.script("gmail.users.messages.modify", documented("insufficientPermissions"))
    with pytest.raises(HttpError) as caught:
        messages().modify(userId="me", id="18c1", body={}).execute()
    logging.getLogger("app").error("archive failed: %s", caught.value)
    log = "\n".join(record.getMessage() for record in caplog.records)
    (told,) = errors_in(log)
    explanation = explain_text(told.error)
    assert explanation.cause == "scope_insufficient"
    assert (explanation.method or "The call") == MODIFY
    assert "scope" in explanation.remedy
    assert ("gmail.modify" in explanation.remedy) is SHIPS_DOCUMENTS


def test_arguments_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([SCOPES, REVOKED]) == 0
    first, second = capsys.readouterr().out.split("\n\n")
    assert first.split("\n")[0] == (
        f"{MODIFY} failed: 403: Request had insufficient authentication scopes."
    )
    assert "  cause: scope_insufficient, not retryable, owner: developer" in first
    assert "  cause: token_revoked, not retryable, owner: end_user" in second


def read(text: str, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> int:
    class Stdin(io.TextIOWrapper):
        def isatty(self) -> bool:
            return False

    monkeypatch.setattr(sys, "stdin", Stdin(io.BytesIO(text.encode("utf-8", "surrogateescape"))))
    return main(arguments)


def test_the_same_explanation_is_printed_once_with_its_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = "\n".join([*[f"x {RATE}"] * 15, f"y {SCOPES}"])
    assert read(log, monkeypatch=monkeypatch) == 0
    first, second = capsys.readouterr().out.split("\n\n")
    assert first.startswith("lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 5 more (15 times):\n")
    assert second.startswith(f"line 16:\n{MODIFY} failed: ")


def test_json_has_a_line_for_each_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read(f"x {RATE}\nx {RATE}\n", "--json", monkeypatch=monkeypatch) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["line"] for line in lines] == [1, 2]
    assert lines[0] == {
        "line": 1,
        "cause": "rate_limit_per_user",
        "retry": "backoff",
        "retryable": True,
        "owner": "developer",
        "remedy": lines[0]["remedy"],
        "help_url": lines[0]["help_url"],
        "message": "Rate Limit Exceeded",
        "method": None,
        "status_code": 403,
        "reason": "userRateLimitExceeded",
        "domain": "usageLimits",
        "location": None,
        "canonical_status": None,
        "advised_wait": None,
    }


def test_where_nothing_is_found_the_exit_status_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read("all is well\n", monkeypatch=monkeypatch) == 1
    assert main(["all is well"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "no error of a Google API was found\n" * 2


def test_the_command_runs_without_the_libraries() -> None:
    """As a user types it; in an environment that has neither of them it works as well."""
    program = (
        "import runpy, sys\n"
        "sys.argv = ['x', sys.argv[1]]\n"
        "try:\n"
        "    runpy.run_module('opentelemetry.instrumentation.googleapiclient',"
        " run_name='__main__')\n"
        "finally:\n"
        "    loaded = {'googleapiclient', 'httplib2', 'google.auth', 'opentelemetry.sdk', 'rich'}\n"
        "    assert not loaded & set(sys.modules), loaded & set(sys.modules)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, SCOPES], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "scope_insufficient" in ended.stdout


THOUSAND = 1_000 if SOAK else 200
SECONDS = 20 if SOAK else 5
HOSTILE = [
    "<HttpError 403 when requesting " * (20 * THOUSAND),
    '<HttpError 403 "' * (50 * THOUSAND),
    ('<HttpError 403 when requesting x returned "a". Details: "[' * (5 * THOUSAND)),
    "('a" * (100 * THOUSAND),
    "('a', {" * (50 * THOUSAND),
    '{"error": ' * (50 * THOUSAND),
    "[{" * (200 * THOUSAND),
    "a." * (200 * THOUSAND) + "b: c",
    '{"a": "' + "x" * (500 * THOUSAND) + '"}',
    "Traceback (most recent call last)\nA.b: c\n" * (20 * THOUSAND),
    "\\" * (300 * THOUSAND),
    "\x00\udcff\u202e" * (50 * THOUSAND),
    '{"error": ' + "[" * (100 * THOUSAND),
    '<BatchError "' * (50 * THOUSAND),
    "google.x: <!" + "<" * (200 * THOUSAND),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("alone", [False, True])
def test_hostile_text_takes_little_time(text: str, *, alone: bool) -> None:
    begin = time.process_time()
    for number, told in enumerate(errors_in(text, alone=alone)):
        if number < 20:
            str(explain_text(told.error))
    assert time.process_time() - begin < SECONDS


def test_a_large_log_is_read_in_reasonable_time() -> None:
    line = "2026-11-27 10:00:00,123 INFO app.sync mailbox archive@example.com (42 messages) done\n"
    log = (line * 500 + f"2026-11-27 ERROR {RATE}\n") * 100
    begin = time.process_time()
    assert len([*errors_in(log)]) == 100
    assert time.process_time() - begin < 20


@pytest.mark.parametrize("text", [SCOPES, RATE, REVOKED, BODY])
def test_a_text_that_is_cut_off_anywhere_is_no_trouble(text: str) -> None:
    for end in range(0, len(text), 7):
        for told in errors_in(text[:end], alone=True):
            assert len(str(explain_text(told.error)).split("\n")) == 3
