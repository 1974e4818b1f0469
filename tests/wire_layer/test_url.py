# SPDX-License-Identifier: Apache-2.0
"""url.py: what of a URL leaves the process, replaced in place."""

from __future__ import annotations

import pytest
from opentelemetry.instrumentation.httplib2._urls.origin import origin_of, path_of
from opentelemetry.instrumentation.httplib2._urls.redaction import UrlPolicy, redact_url

GOOGLE = UrlPolicy(google=True)
PERSONAL = UrlPolicy(google=True, capture_personal_data=True)
MESSAGES = "/gmail/v1/users/{userId}/messages/{id}"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://gmail.googleapis.com/a", ("gmail.googleapis.com", 443)),
        ("http://h", ("h", 80)),
        ("http://h:8080?q", ("h", 8080)),
        ("HTTPS://User:Pass@H:1/", ("h", 1)),
        ("http://[::1]:8080/", ("::1", 8080)),
        ("ftp://h/", ("h", None)),
        ("http://h:port/", None),
        ("/relative", None),
        ("", None),
        ("http://", None),
    ],
)
def test_the_origin(url: str, origin: tuple[str, int | None] | None) -> None:
    found = origin_of(url)

    assert (found and (found.host, found.port)) == origin


@pytest.mark.parametrize(
    ("url", "path"),
    [("https://h/a/b%2Fc?q=/x#f", "/a/b%2Fc"), ("https://h", ""), ("https://h?a=/b", ""),
     ("/a?b", "/a")],
)  # fmt: skip
def test_the_path(url: str, path: str) -> None:
    assert path_of(url) == path


@pytest.mark.parametrize(
    ("url", "redacted"),
    [
        # Other hosts: credentials and addresses go, the rest stays as it was.
        ("https://h/a?b=1&c=%20x&b=2", "https://h/a?b=1&c=%20x&b=2"),
        ("https://user:pass@h/", "https://REDACTED:REDACTED@h/"),
        ("https://user@h/", "https://REDACTED@h/"),
        ("https://h/?sig=s&a=1&Signature=s", "https://h/?sig=REDACTED&a=1&Signature=REDACTED"),
        ("https://h/?X-Goog-Signature=s&X-Amz-Credential=c",
         "https://h/?X-Goog-Signature=REDACTED&X-Amz-Credential=REDACTED"),
        ("https://h/?AWSAccessKeyId=k", "https://h/?AWSAccessKeyId=REDACTED"),
        ("https://h/?%6Bey=k&access%5Ftoken=t", "https://h/?%6Bey=REDACTED&access%5Ftoken=REDACTED"),
        ("https://h/?oauth_token=t&upload_id=u&key=", "https://h/?oauth_token=REDACTED&upload_id=REDACTED&key="),
        ("https://h/?to=a%40b.c&x=1", "https://h/?to=REDACTED&x=1"),
        ("https://h/a@b.c/d", "https://h/REDACTED/d"),
        ("https://h/a%2540b.c/d", "https://h/REDACTED/d"),
        ("https://h/?a%40b", "https://h/?REDACTED"),
        ("https://h/#access_token=t", "https://h/#REDACTED"),
        ("https://h/?a=1#b=2", "https://h/?a=1#REDACTED"),
        ("https://h/?a=1;key=k;b=2&c=3", "https://h/?a=1;key=REDACTED;b=2&c=3"),
        ("https://h/?%256Bey=k", "https://h/?%256Bey=REDACTED"),
        ("https://h/?next=https%3A%2F%2Fx%2F%3Fkey%3Dk&a=1", "https://h/?next=REDACTED&a=1"),
        ("https://h/?state=a%253D1%2526token%253Dt", "https://h/?state=REDACTED"),
        ("https://h/?x=ya29.abcdef&y=AIzaSyAbcdefghijk", "https://h/?x=REDACTED&y=REDACTED"),
        ("https://h/info/ya29.abcdef/x", "https://h/info/REDACTED/x"),
        ("https://h/a;jsessionid=s/b;v=1", "https://h/REDACTED/b;v=1"),
        ("https://h/users/bob", "https://h/users/bob"),
        # Google's hosts, without anything from the layer above.
        ("https://gmail.googleapis.com/gmail/v1/users/bob/messages?q=x&alt=json&maxResults=2",
         "https://gmail.googleapis.com/gmail/v1/users/REDACTED/messages?q=REDACTED&alt=json&maxResults=2"),
        ("https://www.googleapis.com/users/me/x?userId=7&format=full",
         "https://www.googleapis.com/users/me/x?userId=REDACTED&format=full"),
        ("https://iam.googleapis.com/v1/serviceAccounts/a@b.iam.gserviceaccount.com:x",
         "https://iam.googleapis.com/v1/serviceAccounts/REDACTED"),
        ("https://gmail.googleapis.com/?alt=json;key=k", "https://gmail.googleapis.com/?alt=json;key=REDACTED"),
        ("https://gmail.googleapis.com/?labelIds=a%40b.c", "https://gmail.googleapis.com/?labelIds=REDACTED"),
        ("https://notgoogleapis.com/users/bob?q=x", "https://notgoogleapis.com/users/bob?q=x"),
        ("https://gmail.googleapis.com/?labelIds=INBOX&labelIds=Label_7&labelIds=Dianne",
         "https://gmail.googleapis.com/?labelIds=INBOX&labelIds=Label_7&labelIds=REDACTED"),
        # There, the words of the path tell what stands behind them.
        ("https://gmail.googleapis.com/gmail/v1/users/me/labels/Dianne",
         "https://gmail.googleapis.com/gmail/v1/users/me/labels/REDACTED"),
        ("https://gmail.googleapis.com/gmail/v1/users/me/settings/filters/ANe1",
         "https://gmail.googleapis.com/gmail/v1/users/me/settings/filters/ANe1"),
        ("https://sheets.googleapis.com/v4/spreadsheets/1Ax_-/values/Payroll!A1:append",
         "https://sheets.googleapis.com/v4/spreadsheets/1Ax_-/values/REDACTED"),
        ("https://people.googleapis.com/v1/people/c847/connections",
         "https://people.googleapis.com/v1/people/REDACTED/connections"),
        ("https://people.googleapis.com/v1/people:searchContacts",
         "https://people.googleapis.com/v1/people:searchContacts"),
        ("https://www.googleapis.com/calendar/v3/calendars/nora/acl/user:nora",
         "https://www.googleapis.com/calendar/v3/calendars/REDACTED/acl/REDACTED"),
        ("https://admin.googleapis.com/admin/directory/v1/customer/C03/orgunits/sales/west",
         "https://admin.googleapis.com/admin/directory/v1/customer/REDACTED/orgunits/REDACTED/REDACTED"),
        ("https://pubsub.googleapis.com/v1/projects/harbor/topics/feed:publish",
         "https://pubsub.googleapis.com/v1/projects/REDACTED/topics/REDACTED"),
        ("https://storage.googleapis.com/storage/v1/b/harbor/o/payroll.pdf",
         "https://storage.googleapis.com/storage/v1/b/REDACTED/o/REDACTED"),
        ("https://doc-1.docs.googleusercontent.com/docs/securesc/0k1/108000?e=download&user=1",
         "https://doc-1.docs.googleusercontent.com/docs/REDACTED/REDACTED/REDACTED?e=REDACTED&user=REDACTED"),
        ("https://www.googleapis.com/discovery/v1/apis/drive/v3/rest?alt=json",
         "https://www.googleapis.com/discovery/v1/apis/drive/v3/rest?alt=json"),
        ("https://gmail.googleapis.com/$discovery/rest?version=v1",
         "https://gmail.googleapis.com/$discovery/rest?version=v1"),
        ("https://oauth2.googleapis.com/token", "https://oauth2.googleapis.com/token"),
        ("https://www.googleapis.com/oauth2/v4/token", "https://www.googleapis.com/oauth2/v4/token"),
        ("https://gmail.googleapis.com/batch/gmail/v1", "https://gmail.googleapis.com/batch/gmail/v1"),
    ],
)  # fmt: skip
def test_by_default(url: str, redacted: str) -> None:
    assert redact_url(url) == redacted


@pytest.mark.parametrize(
    ("url", "template", "redacted"),
    [
        ("http://h/gmail/v1/users/bob/messages/18c?alt=json", MESSAGES,
         "http://h/gmail/v1/users/REDACTED/messages/18c?alt=json"),
        ("http://h/gmail/v1/users/me/messages/18c", MESSAGES,
         "http://h/gmail/v1/users/me/messages/18c"),
        ("http://h/users/me/sendAs/bob", "/users/{userId}/sendAs/{sendAsEmail}",
         "http://h/users/me/sendAs/REDACTED"),
        ("http://h/calendars/bob/events", "/calendars/{calendarId}/events",
         "http://h/calendars/REDACTED/events"),
        ("http://h/calendars/primary/events", "/calendars/{calendarId}/events",
         "http://h/calendars/primary/events"),
        ("http://h/elsewhere/users/bob", MESSAGES, "http://h/elsewhere/users/REDACTED"),
        # What is known to hold ids shows what looks like one.
        ("http://h/gmail/v1/users/me/messages/Salary%20review", MESSAGES,
         "http://h/gmail/v1/users/me/messages/REDACTED"),
        ("http://h/users/me/labels/Label_7", "/users/{userId}/labels/{id}",
         "http://h/users/me/labels/Label_7"),
        ("http://h/users/me/labels/Dianne", "/users/{userId}/labels/{id}",
         "http://h/users/me/labels/REDACTED"),
        ("http://h/files/1xB-_f/permissions/0123", "/files/{fileId}/permissions/{permissionId}",
         "http://h/files/1xB-_f/permissions/REDACTED"),
        ("http://h/v4/spreadsheets/1Ax/values/Payroll%21A1:append",
         "/v4/spreadsheets/{spreadsheetId}/values/{range}:append",
         "http://h/v4/spreadsheets/1Ax/values/REDACTED:append"),
        ("http://h/v1/people/c847", "/v1/{resourceName}", "http://h/v1/REDACTED"),
        ("http://h/v1/people/me", "/v1/{resourceName}", "http://h/v1/people/me"),
        ("http://h/v1/projects/harbor/topics/feed:publish", "/v1/{topic}:publish",
         "http://h/v1/REDACTED:publish"),
        ("http://h/customer/my_customer/orgunits/Sales/West",
         "/customer/{customerId}/orgunits/{orgUnitPath}",
         "http://h/customer/my_customer/orgunits/REDACTED"),
    ],
)  # fmt: skip
def test_where_the_layer_above_hands_a_template_down(
    url: str, template: str, redacted: str
) -> None:
    assert redact_url(url, GOOGLE, template) == redacted


def test_personal_data_can_be_kept_and_credentials_cannot() -> None:
    url = "http://u:p@h/gmail/v1/users/a%40b.c/messages/1?q=x&key=k"

    assert redact_url(url, PERSONAL, MESSAGES) == (
        "http://REDACTED:REDACTED@h/gmail/v1/users/a%40b.c/messages/1?q=x&key=REDACTED"
    )
    assert redact_url("https://h/ya29.abcdef/a@b.c", PERSONAL) == "https://h/REDACTED/a@b.c"


def test_a_url_is_redacted_before_it_is_cut() -> None:
    redacted = redact_url("https://h/?key=" + "k" * 10_000 + "&a=" + "x" * 10_000)

    assert redacted.startswith("https://h/?key=REDACTED&a=xxx")
    assert len(redacted) == 4096
