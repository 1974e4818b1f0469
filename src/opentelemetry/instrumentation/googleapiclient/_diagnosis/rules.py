# SPDX-License-Identifier: Apache-2.0
"""What a row of the diagnosis table is, and whether the evidence supports it.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import (
    LazyPattern,
    lazy_pattern,
)

from .._errors.error import NO_RESPONSE_ERROR, ApiError
from .causes import Cause, Retry

STALE: Final = "the response to another request"
UNREAD: Final = "a response that the library could not read"
"""Stand among the names of exceptions where no exception tells."""

# Kinds of credentials: values of ``googleapiclient.credentials.kind``.
USER: Final = "user"
"""OAuth tokens of a user, with a refresh token."""
USER_WITHOUT_REFRESH_TOKEN: Final = "user_without_refresh_token"  # noqa: S105 - no password
SERVICE_ACCOUNT: Final = "service_account"
"""A service account's key that acts as itself."""
SERVICE_ACCOUNT_WITH_SUBJECT: Final = "service_account_with_subject"
"""A service account's key that acts for a user (domain-wide delegation)."""
SELF_SIGNED_JWT: Final = "self_signed_jwt"
"""A service account's key whose signed JWT is itself the token."""
IMPERSONATED: Final = "impersonated"
"""Source credentials that IAM Credentials gives a service account's token to."""
WORKLOAD_IDENTITY: Final = "workload_identity"
"""Another provider's token that the Security Token Service exchanges (also AWS, pluggable)."""
COMPUTE: Final = "compute"
"""The service account of the machine, from the metadata server."""
API_KEY: Final = "api_key"
NO_CREDENTIALS: Final = "none"

SERVICE_ACCOUNT_KINDS: Final = frozenset(
    {
        SERVICE_ACCOUNT,
        SERVICE_ACCOUNT_WITH_SUBJECT,
        SELF_SIGNED_JWT,
        IMPERSONATED,
        WORKLOAD_IDENTITY,
        COMPUTE,
    }
)
"""Kinds where no user ever authorizes anything."""
USER_KINDS: Final = frozenset({USER, USER_WITHOUT_REFRESH_TOKEN})

# Endpoints that may refuse.
API: Final = "api"
TOKEN_ENDPOINT: Final = "token"  # noqa: S105 - no password
"""The OAuth 2.0 token endpoint, ``oauth2.googleapis.com``."""
IAM_ENDPOINT: Final = "iam"
"""IAM Credentials, ``iamcredentials.googleapis.com``: tokens of an impersonated account."""
STS_ENDPOINT: Final = "sts"
"""The Security Token Service, ``sts.googleapis.com``: exchanges a workload's own token."""
METADATA_ENDPOINT: Final = "metadata"
"""The metadata server of the machine."""

GENERIC_REASONS: Final = frozenset(
    {
        "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
        "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
        "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
        "UNAUTHENTICATED",
        "aborted", "alreadyExists", "authError", "backendError", "badContent", "badGateway",
        "badRequest", "conditionNotMet", "conflict", "deleted", "duplicate", "failedPrecondition",
        "forbidden", "gatewayTimeout", "gone", "internal", "internalError", "internalServerError",
        "invalid", "invalidArgument", "invalidInput", "invalidParameter", "invalidRequest",
        "invalidValue", "methodNotAllowed", "notFound", "notImplemented", "parseError",
        "permissionDenied", "preconditionFailed", "required", "resourceNotFound",
        "serviceUnavailable", "systemError", "transientError", "unauthorized", "unknown",
        "unknownError", "uploadTooLarge",
    }
)  # fmt: skip
"""Reasons that say no more than the HTTP status does (google/rpc/code.proto; the APIs' guides)."""

_SAYING_NOTHING: Final = frozenset(
    (  # noqa: SIM905 - a hundred quotation marks would hide the words
        "a an and argument arguments bad check client conflict contains contained encountered "
        "entity error errors failed forbidden gone had has in input internal invalid is method "
        "not found one or more parameter parameters parse precondition redacted request requested "
        "resource response server service some such supplied the this unauthorized unknown "
        "unprocessable unspecified value values was were with"
    ).split()
)
_WORD: Final = lazy_pattern(r"[^\W\d_]+")
_MAX_REASON: Final = 64
_MAX_SEARCHED: Final = 2048
_MAX_KEPT: Final = 500


class Pattern(LazyPattern):
    """A regular expression that does not care for case, which servers change.

    Written in lower case, it is searched in text in lower case. That takes a fraction of the time
    of ``re.IGNORECASE``, which only parts that are shown again need (``keeps_case``).
    """

    def __init__(self, pattern: str, *, keeps_case: bool = False) -> None:
        super().__init__(pattern, re.IGNORECASE if keeps_case else 0)
        self.keeps_case = keeps_case


def one_of(*values: str) -> frozenset[str]:
    """Short for a frozenset: rules have many."""
    return frozenset(values)


class Evidence(NamedTuple):
    """All that is known about a failure."""

    error: ApiError = NO_RESPONSE_ERROR
    """The response of the endpoint that refused: the API's, or that of a token refresh."""
    exception: frozenset[str] = frozenset()
    """Qualified names of the exception's class, its bases, and of what it wraps; errno names."""
    text: str = ""
    """The exception's own text, where no server message explains it."""
    shown_message: str = ""
    """The span's description: the server's message or the exception's text after redaction."""
    shown_reason: str | None = None
    """The response's reason, where it may be shown: only this one may stand in a remedy."""
    shown_location: str | None = None
    """The argument or field that the response names, where it may be shown."""
    method: str | None = None
    service: str | None = None
    operation: str | None = None
    """The shape of the call: a value of ``googleapiclient.operation``."""
    endpoint: str | None = None
    """Which endpoint refused or failed, one of the constants above; None where it is unknown."""
    endpoint_host: str | None = None
    """Host name of that endpoint, where it is Google's or the metadata server's."""
    credentials: str | None = None
    """The kind of the call's credentials, one of the constants above; None where unknown."""
    source_credentials: str | None = None
    """The kind of the credentials that impersonated credentials are obtained with."""
    service_account_without_subject: bool = False
    """Whether a service account acts as itself, whatever the kind of its credentials."""
    has_quota_project: bool = False
    """Whether the credentials name a quota project (``x-goog-user-project``)."""
    responded: bool = False
    """Whether the exception came after a response that was no refusal."""
    application_deadline: bool = False
    """Whether the application's own deadline ended the call (a signal, a timer, a timeout)."""
    in_upload_session: bool = False
    """Whether it was a chunk of an upload, sent to the upload's own address."""
    required_scopes: tuple[str, ...] = ()
    """The method accepts a token that has any one of these."""
    requested_scopes: tuple[str, ...] | None = None
    """What the credentials ask for; empty where they ask for none, None where unknown."""
    limit_may_be_named: bool = True
    """Whether nothing in the server's name of the limit has to stay in the process."""
    granted_scopes: tuple[str, ...] | None = None
    """What the token has; None where that is not known."""


class Rule(NamedTuple):
    """One row: evidence of each named kind must be there for the cause to be diagnosed."""

    cause: Cause
    source: str
    """Where it is known from: a page, an AIP, a proto file, a thread, or ``run``."""
    statuses: frozenset[int] = frozenset()
    """HTTP statuses of the endpoint that refused, which is not always the API."""
    reasons: frozenset[str] = frozenset()
    """Any of errors[0].reason, ErrorInfo.reason, the OAuth error code or its subtype."""
    canonical: frozenset[str] = frozenset()
    message: Pattern | None = None
    """Found in what the server says, before redaction: its message and the descriptions of its
    details, else the text of a page without its markup, else the exception's text."""
    shown: Pattern | None = None
    """Found in what is shown of the message; its named groups may stand in the remedy."""
    limit: Pattern | None = None
    limit_is_zero: bool = False
    """Only where the value of the limit that was reached is 0."""
    methods: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()
    exceptions: frozenset[str] = frozenset()
    endpoints: frozenset[str] = frozenset()
    """Only where one of these endpoints refused; without it any."""
    credentials: frozenset[str] = frozenset()
    """Only for one of these kinds of credentials; of the source, where an impersonated
    account's source could not be renewed."""
    service_account_without_subject: bool = False
    without_scopes: bool = False
    """Only where the credentials are known to ask for no scope."""
    preconditions: frozenset[str] = frozenset()
    """Any type of the violations in ``google.rpc.PreconditionFailure``."""
    resource_type: Pattern | None = None
    """Found in the type that ``google.rpc.ResourceInfo`` names."""
    location: Pattern | None = None
    """Found in the location or in a field of ``google.rpc.BadRequest``."""
    application_deadline: bool = False
    before_response: bool = False
    """Only where no response had come: a broken pipe after one is the application's own."""
    unparsed: bool = False
    """Only where the response was not an API's: a page, nothing at all."""
    page: bool = False
    """Only where the response was an HTML page."""
    in_upload_session: bool = False
    specific_reason: bool = False
    """Only where the response gives a reason that says more than its status does."""
    bare: bool = False
    """Only where nothing in the shown message says what is wrong: ``Bad Request``, nothing."""
    located: bool = False
    """Only where the response names the argument or field at fault, and it may be shown."""
    example: str = ""
    """What the server or the library says then; an index of the documentation lists it."""
    remedy: str | None = None
    """Instead of the cause's own remedy, where the evidence allows a better one."""
    retry: Retry | None = None
    """Instead of the cause's own."""
    help_url: str | None = None

    @property
    def asks_for_text(self) -> bool:
        return self.bare or any(
            (self.message, self.shown, self.limit, self.location, self.resource_type)
        )


class Known(NamedTuple):
    """What is known of a failure, without any text: a program has few of these."""

    status: int | None
    reasons: frozenset[str]
    canonical: str | None
    method: str | None
    operation: str | None
    exception: frozenset[str]
    endpoint: str | None
    credentials: str | None
    preconditions: frozenset[str]
    service_account_without_subject: bool
    without_scopes: bool
    limit_is_zero: bool
    application_deadline: bool
    responded: bool
    is_of_an_api: bool
    is_page: bool
    in_upload_session: bool
    has_specific_reason: bool
    is_located: bool

    def supports(self, rule: Rule) -> bool:
        """Whether the rule applies, as far as it does not ask for text."""
        return (
            (not rule.statuses or self.status in rule.statuses)
            and (not rule.reasons or not rule.reasons.isdisjoint(self.reasons))
            and (not rule.canonical or self.canonical in rule.canonical)
            and (not rule.methods or self.method in rule.methods)
            and (not rule.operations or self.operation in rule.operations)
            and (not rule.exceptions or not rule.exceptions.isdisjoint(self.exception))
            and (not rule.endpoints or self.endpoint in rule.endpoints)
            and (not rule.credentials or self.credentials in rule.credentials)
            and (not rule.preconditions or not rule.preconditions.isdisjoint(self.preconditions))
            and self.service_account_without_subject >= rule.service_account_without_subject
            and self.without_scopes >= rule.without_scopes
            and self.limit_is_zero >= rule.limit_is_zero
            and self.application_deadline >= rule.application_deadline
            and self.is_page >= rule.page
            and self.in_upload_session >= rule.in_upload_session
            and self.has_specific_reason >= rule.specific_reason
            and self.is_located >= rule.located
            and not (rule.before_response and self.responded)
            and not (rule.unparsed and self.is_of_an_api)
        )


class Texts(NamedTuple):
    """What servers and exceptions say, where rules look for it."""

    message: str
    limit: str
    location: str
    resource_type: str
    shown_message: str

    def say(self, rule: Rule) -> bool:
        """Whether the text is there that the rule asks for."""
        # Most rules that do ask for the message alone, and find nothing.
        if rule.message is not None and not rule.message.search(self.message):
            return False
        return (
            _finds(rule.limit, self.limit)
            and _finds(rule.location, self.location)
            and _finds(rule.resource_type, self.resource_type)
            and _finds(rule.shown, self.shown_message)
            and not (rule.bare and not self._is_bare())
        )

    @property
    def are_short(self) -> bool:
        """Whether they may be kept to be compared with."""
        return len(self.message) <= _MAX_KEPT and len(self.shown_message) <= _MAX_KEPT

    def _is_bare(self) -> bool:
        return _SAYING_NOTHING.issuperset(_WORD.findall(self.shown_message.lower()))


class Facts:
    """The evidence in the form that rules ask for, worked out once for all of them."""

    __slots__ = ("evidence", "known", "texts")

    def __init__(self, evidence: Evidence) -> None:
        error = evidence.error
        said = " ".join(filter(None, (error.message, error.body_text))) or evidence.text
        message = " ".join((said[:_MAX_SEARCHED], *error.descriptions))
        self.evidence = evidence
        self.known = _known(evidence)
        self.texts = Texts(
            message[: 2 * _MAX_SEARCHED].lower(),
            _joined(error.limit, error.metadata.get("quota_unit")),
            _joined(error.location, *error.field_violations),
            (error.resource_type or "").lower(),
            evidence.shown_message,
        )

    def shown_parts(self, rule: Rule) -> dict[str, str]:
        """What the named groups of ``rule.shown`` found, empty where one found nothing."""
        found = rule.shown.search(self.evidence.shown_message) if rule.shown else None
        return {name: part or "" for name, part in found.groupdict().items()} if found else {}


def _known(evidence: Evidence) -> Known:
    error = evidence.error
    info_reason = error.error_info.reason if error.error_info else None
    given = (error.reason, error.subreason, info_reason, error.status)
    # Longer ones are no reason of any rule; what is cached by them stays small.
    reasons = frozenset(reason for reason in given if reason and len(reason) <= _MAX_REASON)
    return Known(
        status=error.http_status,
        reasons=reasons,
        canonical=error.status if error.status in reasons else None,
        method=evidence.method,
        operation=evidence.operation,
        exception=evidence.exception,
        endpoint=evidence.endpoint,
        credentials=_refused_credentials(evidence),
        preconditions=error.preconditions,
        service_account_without_subject=evidence.service_account_without_subject,
        without_scopes=evidence.requested_scopes == (),
        limit_is_zero=error.limit_value == "0",
        application_deadline=evidence.application_deadline,
        responded=evidence.responded,
        is_of_an_api=error.is_of_an_api,
        is_page=error.is_page,
        in_upload_session=evidence.in_upload_session,
        has_specific_reason=not reasons <= GENERIC_REASONS,
        is_located=evidence.shown_location is not None,
    )


def _refused_credentials(evidence: Evidence) -> str | None:
    """The kind of the credentials that were refused, which may be the source of the call's."""
    kind = evidence.credentials
    if kind != IMPERSONATED or evidence.endpoint in (API, IAM_ENDPOINT, None):
        return kind
    source = evidence.source_credentials
    # With a subject, the token endpoint is asked for the target's token, too.
    for_user = (
        evidence.endpoint == TOKEN_ENDPOINT
        and not evidence.service_account_without_subject
        and source not in USER_KINDS
    )
    return SERVICE_ACCOUNT_WITH_SUBJECT if for_user else source


def _joined(*parts: str | None) -> str:
    return " ".join(part[:200] for part in parts if part).lower()


def _finds(sought: Pattern | None, text: str) -> bool:
    return sought is None or sought.search(text) is not None
