# SPDX-License-Identifier: Apache-2.0
"""redaction.py: what of messages and metadata may leave the process (design 4.6)."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from opentelemetry.instrumentation.googleapiclient._errors.redaction import (
    MAX_DESCRIPTION,
    Redaction,
)
from opentelemetry.instrumentation.googleapiclient._errors.request_values import (
    RequestValues,
    SentValues,
    values_of_request,
)

from support.planting import ENCODINGS, Plant, search
from support.request_values import values_of

DEFAULT = Redaction()
PERSONAL = Redaction(capture_personal_data=True)

SECRETS = [
    "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
    "ya29.a0AfH6SMBx-7gyJ_token",
    "1//0gdUMMYREFRESHTOKENabc-123",
    "GOCSPX-4f8sDUMMYsecret",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl",
    "3f2504e04f8911d39a0c0305e82c3301aa",
]


@pytest.mark.parametrize("redaction", [DEFAULT, PERSONAL], ids=["default", "personal"])
@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "text",
    ["Refused {}.", "token {} is bad", "({})", "https://x.test/a?key={}", "key={}", "a={}&b=1"],
)
def test_credentials_never_get_out(text: str, secret: str, redaction: Redaction) -> None:
    assert secret not in redaction.message(text.format(secret))
    assert secret not in redaction.exception_text(text.format(secret))
    assert secret not in redaction.identifier(secret)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abcdefgh",
        "sent access_token=abcdefgh to",
        "sent client_secret%3Dabcdefgh to",
        '"refresh_token": "abcdefgh"',
        "upload_id=abcdefgh",
        "X-Goog-Signature=abcdefgh",
        "password: abcdefgh",
    ],
)
def test_the_value_of_a_secret_parameter_does_not_get_out(text: str) -> None:
    assert "abcdefgh" not in PERSONAL.message(text)
    assert "abcdefgh" not in PERSONAL.exception_text(text)


ADDRESS = "alice.smith+news@mail.example.com"


@pytest.mark.parametrize(
    "written",
    [
        ADDRESS,
        quote(ADDRESS),
        quote(quote(ADDRESS)),
        quote(quote(quote(ADDRESS))),
        ADDRESS.replace("@", "%2540"),
        ADDRESS.upper(),
        "jörg@müller.example",
        "alice\uff20example.com",
        f"<{ADDRESS}>",
        f"'{ADDRESS}'",
        f"mailto:{ADDRESS}",
    ],
)
@pytest.mark.parametrize("text", ["Delegation denied for {}", "{}", "no {}, sorry", "a {} b"])
def test_addresses_do_not_get_out_unless_asked_for(text: str, written: str) -> None:
    message = text.format(written)
    for local_part in ("alice", "ALICE", "jörg"):
        assert local_part not in DEFAULT.message(message)
        assert local_part not in DEFAULT.exception_text(message)
    assert PERSONAL.message(message) == message


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("Invalid label: Dianne", "Invalid label: [redacted]"),
        ("Invalid value at 'message.raw' (TYPE_BYTES), \"aGk=\"",
         "Invalid value at 'message.raw' (TYPE_BYTES), [redacted]"),
        ('Unknown name "label": Cannot find field.',
         "Unknown name [redacted]: Cannot find field."),
        ("File not found: NOPE", "File not found: [redacted]"),
        ("Label “Dianne” exists", "Label [redacted] exists"),
        ("Label „Dianne“ exists", "Label [redacted] exists"),
        ("Label 'Dad's surgery' exists", "Label [redacted] exists"),
        ("Invalid label:Dianne", "Invalid label: [redacted]"),
        ("call 650-555-0123 now", "call [redacted] now"),
        ("used in project 977449744253 before", "used in project [redacted] before"),
        ("consumer 'project_number:123456789012'.", "consumer [redacted]."),
        ("projects/my-project/topics/t missing", "projects/[redacted]/topics/[redacted] missing"),
        ("call from 203.0.113.9 blocked", "call from [redacted] blocked"),
        ("call from 2001:db8::8a2e:370:7334 blocked", "call from [redacted] blocked"),
        ("visit https://console.developers.google.com/apis?project=12 then",
         "visit https://console.developers.google.com/[redacted] then"),
        ("https://user:secret@example.test/x", "https://example.test/[redacted]"),
    ],
)  # fmt: skip
def test_what_a_server_echoes_does_not_get_out(text: str, scrubbed: str) -> None:
    assert DEFAULT.message(text) == scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "User Rate Limit Exceeded",
        "User-rate limit exceeded.  Retry after 2026-09-11T20:00:00.000Z",
        "Too many requests: User-rate limit exceeded (Mail sending)",
        "Quota exceeded for quota metric 'Q C' and limit 'Units per minute per user'.",
        "Precondition check failed.",
        "Metadata scope does not support 'q' parameter",
        "Missing/invalid parameter: startHistoryId",
        "Insufficient Permission: Request had insufficient authentication scopes.",
        "You can't hide all the sheets in a user's document.",
        "Active session is invalid. Error code: 4",
    ],
)
def test_what_explains_a_failure_is_kept(text: str) -> None:
    assert DEFAULT.message(text) == text


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        ("https://mail.google.com/", "https://mail.google.com/"),
        ("https://www.googleapis.com/auth/gmail.send",
         "https://www.googleapis.com/auth/gmail.send"),
        ("https://www.google.com/m8/feeds", "https://www.google.com/m8/feeds"),
        ("openid", "openid"),
        ("https://x.test/auth?key=AIzaSyPlanted0123", "[redacted]"),
        ("alice@example.com", "[redacted]"),
        ("ya29.abcdef", "[redacted]"),
    ],
)  # fmt: skip
def test_scopes_name_permissions_and_nobody(scope: str, shown: str) -> None:
    assert DEFAULT.scope(scope) == shown


REQUEST = values_of(
    "https://gmail.test/gmail/v1/users/Alice/messages?q=surgery%20of%20Dianne&key=mykey123&alt=json"
    "&labelIds=INBOX",
    json.dumps({"name": "Secret Plans", "nested": [{"color": "mauve"}]}),
    "/gmail/v1/users/{userId}/messages",
)


@pytest.mark.parametrize("word", ["surgery of Dianne", "Dianne", "surgery", "Alice", "mauve",
                                  "Secret Plans", "secret plans"])  # fmt: skip
def test_a_value_of_the_request_does_not_get_out_however_it_is_echoed(word: str) -> None:
    text = f"There is no {word} here"

    assert DEFAULT.message(text, REQUEST) == "There is no [redacted] here"
    assert DEFAULT.exception_text(text, REQUEST) == "There is no [redacted] here"
    assert PERSONAL.message(text, REQUEST) == text


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("word", ["Dianne Müller", "Dianne", "surgery of Dianne"])
@pytest.mark.parametrize("text", ["There is no {} here", "no {}!", "path/{}/x", "q={}&a=b", "<{}>"])
def test_a_value_of_the_request_does_not_get_out_however_it_is_written(
    text: str, word: str, encoding: str
) -> None:
    uri = "https://gmail.test/x?q=surgery%20of%20Dianne%20M%C3%BCller&key=mykey123"
    values = values_of(uri, None, "/x")
    plants = [Plant("q", word, word, is_credential=False)]

    for scrub in (DEFAULT.message, DEFAULT.exception_text, DEFAULT.identifier):
        said = scrub(text.format(ENCODINGS[encoding](word)), values)
        assert "Dianne" not in said
        assert search(plants, {"": said}).leaks == []


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_credential_does_not_get_out_however_it_is_written(encoding: str) -> None:
    secret = "ya29.abcdefghijkl"
    text = f"token {ENCODINGS[encoding](secret)} is bad"

    said = PERSONAL.message(text)

    assert search([Plant("t", secret, "abcdefghijkl", is_credential=True)], {"": said}).leaks == []


@pytest.mark.parametrize(
    ("headers", "word"),
    [
        ({"Authorization": "Bearer dGhpcw"}, "dGhpcw"),
        ({"X-Goog-Api-Key": "mykey"}, "mykey"),
        ({"Cookie": "SID=crumbs; NID=other"}, "crumbs"),
        ({"X-Forwarded": "Bearer dGhpcw"}, "dGhpcw"),
        ({"Referer": "https://x.test/?key=mykey&a=1"}, "mykey"),
    ],
)
def test_a_credential_in_a_header_of_the_request_does_not_get_out(
    headers: dict[str, str], word: str
) -> None:
    values = values_of("https://gmail.test/x", None, "/x", headers=headers)

    assert PERSONAL.message(f"There is no {word} here", values) == "There is no [redacted] here"
    assert PERSONAL.identifier(word, values) == "[redacted]"


def test_what_the_credentials_hold_does_not_get_out() -> None:
    values = values_of(None, None, None, secrets=("opaque",))

    assert PERSONAL.message("There is no opaque here", values) == "There is no [redacted] here"


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("at alice:secret@db.test now", "at [redacted]@db.test now"),
        ("at ftp://alice:secret@db.test now", "at ftp://[redacted]@db.test now"),
        ("at ftp://secret@db.test now", "at ftp://[redacted]@db.test now"),
        ("user:alice@example.com", "user:alice@example.com"),
    ],
)
def test_userinfo_is_a_credential(text: str, scrubbed: str) -> None:
    assert PERSONAL.message(text) == scrubbed
    assert "secret" not in DEFAULT.message(text)
    assert "alice@" not in DEFAULT.message(text)


def test_a_value_of_the_request_does_not_hide_what_it_is_a_part_of() -> None:
    values = values_of("https://gmail.test/x?q=example+ya29", None, "/x")

    said = DEFAULT.message("no alice@example.com with ya29.abcdef", values)

    assert said == "no [redacted] with [redacted]"


def test_a_credential_of_the_request_does_not_get_out_even_with_personal_data() -> None:
    assert "mykey123" not in PERSONAL.message("There is no mykey123 here", REQUEST)
    long = values_of("https://gmail.test/x", "q=Dianne&key=mykey123", "/x")
    assert "mykey123" not in PERSONAL.message("There is no mykey123 here", long)


def test_settings_of_the_request_are_no_secrets() -> None:
    assert DEFAULT.message("as json in messages", REQUEST) == "as json in messages"


def test_the_query_in_a_post_that_was_a_get_is_looked_at_too() -> None:
    values = values_of("https://gmail.test/x", "q=Dianne&maxResults=10", "/x")

    assert DEFAULT.message("no Dianne", values) == "no [redacted]"


def test_a_sentence_that_servers_say_is_cut_like_any_other() -> None:
    padded = "User Rate" + " " * 5000 + "Limit Exceeded" + "." * 5000
    assert len(Redaction().message(padded)) <= MAX_DESCRIPTION


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("no file '/home/alice/key.json'", "no file '/home/[redacted]/key.json'"),
        ("no file /Users/alice.smith/a", "no file /Users/[redacted]/a"),
        (r"C:\Users\Alice Smith\a.pem is bad", r"C:\Users\[redacted]\a.pem is bad"),
        ("C:\\\\Users\\\\alice\\\\a", "C:\\\\Users\\\\[redacted]\\\\a"),
        ("/home/alice and /home/bob/a", "/home/[redacted]/home/[redacted]/a"),
        ("(/home/alice)", "(/home/[redacted])"),
        ("the home page of Users", "the home page of Users"),
        ("/usr/share/home/page", "/usr/share/home/page"),
    ],
)
def test_whose_files_a_text_names_does_not_get_out(text: str, left: str) -> None:
    assert DEFAULT.exception_text(text) == left
    assert Redaction(capture_personal_data=True).exception_text(text) == text


def test_text_is_scrubbed_before_it_is_cut() -> None:
    text = "x " * (MAX_DESCRIPTION // 2 - 4) + ADDRESS

    scrubbed = DEFAULT.message(text)

    assert len(scrubbed) <= MAX_DESCRIPTION
    assert "alice" not in scrubbed


def test_a_secret_is_not_cut_in_two_where_reading_stops() -> None:
    for padding in range(4060, 4100):
        text = "'" + "y" * padding + "' " + ADDRESS + " z"
        assert "alice" not in DEFAULT.message(text)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("rateLimitExceeded", "rateLimitExceeded"),
        ("http error", "http error"),
        ("gmail.googleapis.com/quota_units_2026_05", "gmail.googleapis.com/quota_units_2026_05"),
        ("Gemini25ProRequestsPerDayPerUser", "Gemini25ProRequestsPerDayPerUser"),
        ("User Jane Roe not found", "[redacted]"),
        ("x" * 129, "[redacted]"),
        ("", "[redacted]"),
    ],
)
def test_what_is_no_name_is_not_shown_as_one(name: str, shown: str) -> None:
    assert DEFAULT.identifier(name) == shown


@pytest.mark.parametrize("text", ["\ud800 lone", "\x1b[31mred\x07", "a\x00b\nc"])
def test_what_is_left_can_be_encoded_and_obeyed_by_no_terminal(text: str) -> None:
    scrubbed = DEFAULT.message(text)

    scrubbed.encode("utf-8")
    assert scrubbed.isprintable()


@pytest.mark.parametrize(
    ("uri", "body"),
    [
        (None, None),
        ("", b"\xff\xfe"),
        ("?" * 100, "{" * 100_000),
        ("http://x/%zz?%zz=%zz", '{"a":' * 5000),
        ("http://x", object()),
        ("http://x/" + "a/" * 100_000, "[" * 100_000),
        ("http://x/?" + "a=bcd&" * 100_000, '{"a":"' + "b" * 100_000 + '"}'),
    ],
    ids=range(7),
)
def test_values_of_any_request_are_few(uri: object, body: object) -> None:
    values = values_of(uri, body, "/a/{b}")

    assert len(values.personal) <= 200


def test_values_that_could_not_be_collected_are_looked_for_again() -> None:
    """What failed once is never taken for a request without values."""
    sent = values_of_request("https://gmail.test/x?q=Dianne", None, "/x")
    asked = 0

    def collect() -> list[SentValues]:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise RuntimeError
        return [sent]

    values = RequestValues(collect)
    with pytest.raises(RuntimeError):
        DEFAULT.message("no Dianne here", values)

    assert DEFAULT.message("no Dianne here", values) == "no [redacted] here"
    assert DEFAULT.message("no Dianne here", values) == "no [redacted] here"
    assert asked == 2


def test_values_are_not_looked_for_where_a_server_says_the_same_to_everybody() -> None:
    def collect() -> list[SentValues]:
        pytest.fail("looked for")

    assert DEFAULT.message("Insufficient Permission", RequestValues(collect)) == (
        "Insufficient Permission"
    )
