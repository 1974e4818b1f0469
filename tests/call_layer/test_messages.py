# SPDX-License-Identifier: Apache-2.0
"""Messages of Google's servers: what helps stays, what is somebody's goes.

Most are of public reports; addresses, ids and names are made up.
"""

from __future__ import annotations

from functools import cache

import pytest
from opentelemetry.instrumentation.googleapiclient._errors.discovery_names import names_in
from opentelemetry.instrumentation.googleapiclient._errors.known_sentences import (
    _KNOWN,
    SENTENCE_END,
)
from opentelemetry.instrumentation.googleapiclient._errors.redaction import Redaction
from opentelemetry.instrumentation.googleapiclient._errors.request_values import (
    NO_VALUES,
    RequestValues,
)

from local_gmail import discovery
from support.request_values import values_of

REDACTION = Redaction()
_VERSIONS = {
    "admin": "directory_v1",
    "calendar": "v3",
    "drive": "v3",
    "gmail": "v1",
    "people": "v1",
    "sheets": "v4",
    "youtube": "v3",
}


@cache
def _names(api: str) -> frozenset[str]:
    return frozenset(names_in(discovery.load(api, _VERSIONS[api])))


def shown(message: str, api: str = "gmail", values: RequestValues = NO_VALUES) -> str:
    return REDACTION.message(message, values, _names(api))


@pytest.mark.parametrize(
    ("api", "message"),
    [
        ("gmail", "Invalid label: SENT"),
        ("gmail", "Invalid labels: [SENT, DRAFT, CATEGORY_SOCIAL]"),
        ("gmail", "Invalid value at 'message.label_ids[0]' (TYPE_STRING)"),
        (
            "gmail",
            (
                "Invalid JSON payload received. Unknown name \"labelIds\" at 'message': "
                "Cannot find field."
            ),
        ),
        (
            "gmail",
            (
                "Media type 'application/octet-stream' is not supported. Valid media types: "
                "[message/rfc822]"
            ),
        ),
        ("drive", "Cannot convert application/vnd.google-apps.document to 'text/csv'"),
        (
            "gmail",
            ("'raw' RFC822 payload message string or uploading message via /upload/* URL required"),
        ),
        ("gmail", "Request payload size exceeds the limit: 1048576 bytes."),
        ("gmail", "Message exceeds the limit of 25 MB (26,214,400 bytes)"),
        ("gmail", "The limit on the number of labels (10000) has been reached"),
        ("gmail", "Too many label add or removes. Limit: 100"),
        ("gmail", "User-rate limit exceeded.  Retry after 2026-09-11T20:00:00.000Z"),
        ("gmail", "Please retry in 53.016342224s."),
        (
            "gmail",
            (
                "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per "
                "user' of service 'gmail.googleapis.com'."
            ),
        ),
        ("gmail", "Quota exceeded for quota metric 'gmail.googleapis.com/default_requests'."),
        (
            "gmail",
            (
                "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may "
                "not exist)."
            ),
        ),
        (
            "gmail",
            (
                "Grant the roles/serviceusage.serviceUsageConsumer role, or a custom role with "
                "the serviceusage.services.use permission"
            ),
        ),
        (
            "gmail",
            (
                "Requests to this API gmail method "
                "caribou.api.proto.MailboxService.GetMessage are blocked."
            ),
        ),
        (
            "gmail",
            ("The drive.googleapis.com API requires a quota project, which is not set by default."),
        ),
        ("gmail", "Unable to find the server at gmail.googleapis.com"),
        (
            "gmail",
            (
                "Some requested scopes were invalid. "
                "invalid=[https://www.googleapis.com/auth/gmail.foo, https://mail.google.com/]"
            ),
        ),
        ("gmail", "See https://developers.google.com/identity/sign-in/web/devconsole-project."),
        (
            "gmail",
            ("Access to the account is restricted: https://support.google.com/a/answer/9368756"),
        ),
        ("gmail", "Insufficient Permission: Request had insufficient authentication scopes."),
        ("gmail", "Too many requests: User-rate limit exceeded (Mail sending)"),
        (
            "gmail",
            (
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
                "timeframe. Check your iat and exp values in the JWT claim."
            ),
        ),
        (
            "gmail",
            (
                "Token used too early, 1700000000 < 1700000010. Check that your computer's clock "
                "is set correctly."
            ),
        ),
        ("gmail", "ID Token issued at 1700000000 is stale to sign-in."),
        (
            "gmail",
            (
                "unauthorized_client: Client is unauthorized to retrieve access tokens using "
                "this method, or client not authorized for any of the scopes requested."
            ),
        ),
        ("gmail", "400: invalid_scope"),
        ("gmail", "reauth related error (invalid_rapt)"),
        ("gmail", "Active session is invalid. Error code: 4"),
        ("gmail", "The project to be billed is associated with an absent billing account."),
        ("gmail", "Rate of requests for user exceed configured project quota."),
        (
            "sheets",
            (
                "This action would increase the number of cells in the workbook above the limit "
                "of 10000000 cells."
            ),
        ),
        (
            "sheets",
            (
                "Invalid requests[0].updateSheetProperties: You can't hide all the sheets in a "
                "document."
            ),
        ),
        ("sheets", "'valueInputOption' is required but not specified"),
        (
            "people",
            (
                "Request mask can not be empty. Valid paths are: [person.addresses, "
                "person.age_ranges, person.email_addresses]."
            ),
        ),
        (
            "people",
            (
                "Request person.etag is different than the current person.etag. Clear local "
                "cache and get the latest person."
            ),
        ),
        ("admin", "Invalid Input: memberKey"),
        ("admin", "Resource Not Found: userKey"),
        ("admin", "Invalid Input: INVALID_OU_ID"),
        ("youtube", "No filter selected. Expected one of: home, mine, id, channelId"),
        (
            "gmail",
            "You do not have storage.objects.list access to the Google Cloud Storage bucket.",
        ),
        (
            "calendar",
            ('Rate limit exceeded. User message: "Sorry, you have exceeded your sharing quota."'),
        ),
    ],
)
def test_what_is_nobodys_stays(api: str, message: str) -> None:
    assert shown(message, api) == message


@pytest.mark.parametrize(
    ("api", "message", "left"),
    [
        # Fields and labels of the account's own.
        ("gmail", "Invalid label: My SENT things", "Invalid label: [redacted]"),
        ("gmail", "Invalid label: Label_12", "Invalid label: [redacted]"),
        (
            "gmail",
            "Unknown name \"Nora Hale\" at 'message': Cannot find field.",
            "Unknown name [redacted] at 'message': Cannot find field.",
        ),
        (
            "gmail",
            "Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed for \"Tm9y\"",
            "Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed for [redacted]",
        ),
        (
            "gmail",
            "The user's own application/vnd.harborfield.payroll is refused",
            "The user's own application/[redacted] is refused",
        ),
        ("admin", "Resource Not Found: nora", "Resource Not Found: [redacted]"),
        ("drive", "Invalid field selection nora", "Invalid field selection [redacted]"),
        # Sheets: titles of tabs, and what is in cells.
        (
            "sheets",
            "Unable to parse range: Payroll 2026!A1:B2",
            "Unable to parse range: [redacted]",
        ),
        (
            "sheets",
            "Invalid data[0]: Unable to parse range: 'Payroll'!A1:B2",
            "Invalid data[0]: Unable to parse range: [redacted]",
        ),
        (
            "sheets",
            "Range (Payroll!A1:C5000) exceeds grid limits. Max rows: 1000, max columns: 26",
            "Range ([redacted]) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
        (
            "sheets",
            "Range ('Payroll 2026'!A1) exceeds grid limits. Max rows: 1000, max columns: 26",
            "Range ([redacted]) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
        (
            "sheets",
            "Range (Payroll 2026) exceeds grid limits. Max rows: 1000, max columns: 26",
            "Range ([redacted]) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
        (
            "sheets",
            "Requested writing within range [Payroll!A1:B2], but tried writing to row [3]",
            "Requested writing within range [[redacted]], but tried writing to row [3]",
        ),
        (
            "sheets",
            (
                'Invalid requests[0].addSheet: A sheet with the name "Payroll" already exists. '
                "Please enter another name."
            ),
            (
                "Invalid requests[0].addSheet: A sheet with the name [redacted] already exists. "
                "Please enter another name."
            ),
        ),
        # Projects, however they are named.
        (
            "gmail",
            "Enable it on project harbor-mail-204711 first",
            "Enable it on project [redacted] first",
        ),
        (
            "gmail",
            "Enable it on project #some-project-123 first",
            "Enable it on project #[redacted] first",
        ),
        ("gmail", "project someprojectname has none", "project [redacted] has none"),
        ("gmail", "project test-mail has none", "project [redacted] has none"),
        (
            "gmail",
            "Project 'harbor' not found or deleted.",
            "Project [redacted] not found or deleted.",
        ),
        ("gmail", "project number 204711 has none", "project number [redacted] has none"),
        ("gmail", "project_number:123 has none", "project_number:[redacted] has none"),
        (
            "gmail",
            "Consumer projects/harbor has been suspended",
            "Consumer projects/[redacted] has been suspended",
        ),
        (
            "gmail",
            "Permission denied on resource project harbor.",
            "Permission denied on resource project [redacted].",
        ),
        (
            "gmail",
            "Invalid topicName does not match projects/harbor-mail-2047112/topics/*",
            "Invalid topicName does not match projects/[redacted]/topics/*",
        ),
        (
            "gmail",
            (
                "Error sending test message to Cloud PubSub projects/harbor-mail-204711/topics/"
                "inbox-feed : Resource not found (resource=inbox-feed)."
            ),
            (
                "Error sending test message to Cloud PubSub projects/[redacted]/topics/[redacted]"
                " : Resource not found (resource=[redacted])."
            ),
        ),
        ("gmail", "for consumer 'project_number:204711903355'.", "for consumer [redacted]."),
        # Persons, groups, customers, domains.
        (
            "gmail",
            "Delegation denied for nora.hale@students.harborfield.k12.wa.us",
            "Delegation denied for [redacted]",
        ),
        (
            "gmail",
            "Gaia id not found for email mailer@harbor-mail-204711.iam.gserviceaccount.com",
            "Gaia id not found for email [redacted]",
        ),
        (
            "gmail",
            "Recipient 'Nora Hale' <nora.hale@harborfield.example> was rejected",
            "[redacted] was rejected",
        ),
        (
            "gmail",
            "User nora.hale of harborfield (nora.hale@harborfield.example) is unknown",
            "User [redacted] of [redacted] ([redacted]) is unknown",
        ),
        ("gmail", "User Nora Hale not found", "User [redacted] not found"),
        ("gmail", "The user nora is suspended", "The user [redacted] is suspended"),
        (
            "people",
            "Requested person people/c8471234567890 was not found.",
            "Requested person people/[redacted] was not found.",
        ),
        ("people", "people/c847 was not found.", "people/[redacted] was not found."),
        ("admin", "Customer C03az79cb not found", "Customer [redacted] not found"),
        ("admin", "OrgUnit /Sales/West not found", "OrgUnit /[redacted]/[redacted] not found"),
        (
            "admin",
            "Users outside harborfield.org are refused",
            "Users outside [redacted] are refused",
        ),
        (
            "gmail",
            "organizations/1234/locations/global is unknown",
            "organizations/[redacted]/locations/[redacted] is unknown",
        ),
        # Things.
        (
            "drive",
            "File not found: 1xBfHu356GD28sfAAJCCwQVMz6TesH49HgYUwAzvraGQ.",
            "File not found: [redacted]",
        ),
        (
            "drive",
            "no access to the file 1xBfHu356GD28 of app 204711903355",
            "no access to the file [redacted] of app [redacted]",
        ),
        (
            "youtube",
            "The channel UCabcdefghijklmnopqrstuv could not be found.",
            "The channel [redacted] could not be found.",
        ),
        ("gmail", "message id 19a2b4c6e5f59e28 not found", "message id [redacted] not found"),
        ("calendar", "Channel id nora-channel not unique", "Channel id [redacted] not unique"),
        # URLs of somebody's own.
        (
            "gmail",
            "Requests from referer https://www.harborfield.example/ are blocked.",
            "Requests from referer https://[redacted] are blocked.",
        ),
        (
            "calendar",
            "WebHook callback must be HTTPS: http://hooks.harborfield.example/x",
            "WebHook callback must be HTTPS: [redacted]",
        ),
        (
            "gmail",
            "The issuer in ID Token https://token.harborfield.org does not match",
            "The issuer in ID Token https://[redacted] does not match",
        ),
        # Numbers that may be somebody's.
        (
            "gmail",
            "Invalid value at 'message.size' (TYPE_INT32), 5551234567",
            "Invalid value at 'message.size' (TYPE_INT32), [redacted]",
        ),
        (
            "gmail",
            "call +1 650 555 0123, (650) 555-0123 or 555-0123",
            "call +[redacted] or [redacted]",
        ),
        ("gmail", "limit of project 204711903355 users", "limit of project [redacted] users"),
        ("gmail", "limit of project 204711 users", "limit of project [redacted] users"),
        ("gmail", "project '123' is unknown", "project [redacted] is unknown"),
        # What belongs to a project, as BigQuery and Cloud Storage name it.
        (
            "gmail",
            (
                "Access Denied: Project harbor-mail: User does not have bigquery.jobs.create "
                "permission in project harbor-mail."
            ),
            (
                "Access Denied: Project [redacted]: User does not have bigquery.jobs.create "
                "permission in project [redacted]."
            ),
        ),
        (
            "gmail",
            (
                "Access Denied: Table harbor-mail:letters.sent: Permission bigquery.tables.get "
                "denied on table harbor-mail:letters.sent (or it may not exist)."
            ),
            (
                "Access Denied: Table [redacted]: Permission bigquery.tables.get denied on table "
                "[redacted] (or it may not exist)."
            ),
        ),
        (
            "gmail",
            "Provided Schema does not match Table harbor-mail:letters.sent. Field id is missing",
            "Provided Schema does not match Table [redacted]. Field id is missing",
        ),
        (
            "gmail",
            "Access Denied: Project harbor-mail: Nora Hale",
            "Access Denied: Project [redacted]: [redacted]",
        ),
        (
            "gmail",
            "You do not have storage.buckets.get access to harborfield-letters.",
            "You do not have storage.buckets.get access to [redacted].",
        ),
        (
            "gmail",
            "You do not have storage.objects.get access to harborfield-letters/2026/To Nora.txt.",
            "You do not have storage.objects.get access to [redacted].",
        ),
        # Markup.
        (
            "youtube",
            'You have exceeded your <a href="/youtube/v3/x#quota">quota</a>.',
            "You have exceeded your quota.",
        ),
    ],
)
def test_what_is_somebodys_goes(api: str, message: str, left: str) -> None:
    assert shown(message, api) == left
    assert shown(left, api) == left


@pytest.mark.parametrize(
    "message",
    [
        "Mail service not enabled",
        "Requested entity was not found.",
        "Invalid label: SENT",
        "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
        "Metadata scope does not support 'q' parameter",
        "Unknown name \"labelIds\" at 'message.payload': Cannot find field.",
        "topicName required",
    ],
)
def test_words_of_the_request_do_not_hide_the_words_of_the_server(message: str) -> None:
    body = (
        '{"topicName": "projects/harbor-mail-204711/topics/inbox-feed", "labelIds": ["SENT"],'
        ' "a": "Requested entity: mail service, permission on resource, message, field"}'
    )
    values = values_of("https://h/x/users/nora/watch?q=find%20a%20name", body, "/x/users/{u}/watch")

    assert shown(message, values=values) == message


def test_a_value_of_the_request_goes_even_where_it_is_a_word_of_servers() -> None:
    values = values_of("https://h/x", '{"name": "Account"}', "/x")

    assert shown("Label Account exists", values=values) == "Label [redacted] exists"


def test_the_parts_of_a_name_go_as_one() -> None:
    values = values_of("https://h/projects/harbor/datasets/letters", None, None)
    message = (
        "Access Denied: Dataset harbor:letters: Permission bigquery.datasets.get denied on dataset "
        "harbor:letters (or it may not exist)."
    )

    assert shown(message, values=values) == (
        "Access Denied: Dataset [redacted]: Permission bigquery.datasets.get denied on dataset "
        "[redacted] (or it may not exist)."
    )


def test_a_title_goes_word_by_word() -> None:
    values = values_of("https://h/values/Payroll%20Nora!A1", None, "/values/{range}")

    assert (
        shown("nothing in Nora and Payroll", values=values)
        == "nothing in [redacted] and [redacted]"
    )


def test_without_names_only_the_place_tells_a_field() -> None:
    assert REDACTION.message("Invalid value at 'message.raw'") == "Invalid value at 'message.raw'"
    assert REDACTION.message('Unknown name "labelIds"') == "Unknown name [redacted]"


def test_no_known_sentence_is_cut_in_two() -> None:
    """What stands between sentences is looked for first: one with such a place is never found."""
    assert [one for one in _KNOWN if SENTENCE_END.search(one)] == []
