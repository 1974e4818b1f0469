# SPDX-License-Identifier: Apache-2.0
"""The only module that knows google-auth's and oauth2client's credentials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from traceback import walk_stack
from typing import Final, cast

from ..httplib2.exceptions import lineage, qualified_name, text_of
from .error import ApiError, parse_answer, parse_document

REFRESH_ERRORS: Final = frozenset(
    {
        "google.auth.exceptions.OAuthError",
        "google.auth.exceptions.RefreshError",
        "oauth2client.client.AccessTokenRefreshError",
    }
)
"""What the credential libraries raise when a token could not be renewed."""
_CODE_AND_DESCRIPTION: Final = re.compile(
    r"(?:Error code )?([a-z][a-z_]{2,39})(?:: (.*?))?(?: - https?://\S*)?", re.DOTALL
)
# google.oauth2.reauth drops the answer, but says this for invalid_grant with a rapt subtype only.
_REAUTHENTICATION: Final = "Reauthentication is needed"

# Attributes in which service account credentials keep the user that they impersonate.
_SUBJECT_ATTRIBUTES: Final = {
    "google.oauth2.service_account.Credentials": "_subject",
    "google.auth.impersonated_credentials.Credentials": "_subject",
    "oauth2client.service_account.ServiceAccountCredentials": "_kwargs",
}
_SECRET_ATTRIBUTES: Final = (
    "access_token",
    "client_secret",
    "id_token",
    "id_token_jwt",
    "rapt_token",
    "refresh_token",
    "token",
)
_MAX_SCOPES: Final = 50
# AuthorizedHttp, which sends calls too, is of google_auth_httplib2.
_GOOGLE_AUTH: Final = ("google.auth.", "google.oauth2.")
_MAX_FRAMES: Final = 20
_NEVER_IMPERSONATES: Final = frozenset({"google.auth.compute_engine.credentials.Credentials"})


def refresh_failure(error: BaseException) -> ApiError | None:
    """What the authorization server said when it refused to renew a token.

    None where ``error`` is not a failed refresh, or where the server said nothing that can be
    read (google-auth then carries an HTML page or its own words as the text).
    """
    if REFRESH_ERRORS.isdisjoint(lineage(error)):
        return None
    # The answer is the second argument: decoded (_client.py) or as text (impersonated_credentials).
    for argument in error.args[1:2]:
        if isinstance(argument, Mapping):
            answer = parse_document(cast("Mapping[str, object]", argument))
        else:
            answer = parse_answer(None, None, argument)
        if answer.reason or answer.message:
            return answer
    text = text_of(error)
    if text.startswith(_REAUTHENTICATION):
        return ApiError(reason="invalid_grant", subreason="invalid_rapt", message=text)
    said = _CODE_AND_DESCRIPTION.fullmatch(text)
    if said is None:
        return None
    return ApiError(reason=said[1], message=said[2])


@dataclass(frozen=True, slots=True)
class Scopes:
    """What is known of a token's scopes; None where it is not known."""

    requested: tuple[str, ...] | None = None
    granted: tuple[str, ...] | None = None
    """None for a token that was not obtained in this process: only its issuer knows."""


def scopes_of(http: object) -> Scopes:
    """The scopes that were asked for, and those that were granted, to whom this http object is."""
    credentials = _credentials_of(http)
    return Scopes(
        requested=_strings(getattr(credentials, "scopes", None))
        or _strings(getattr(credentials, "default_scopes", None)),
        granted=_strings(getattr(credentials, "granted_scopes", None)),
    )


def secrets_of(http: object) -> tuple[str, ...]:
    """The credentials themselves, which a server might repeat in its messages."""
    credentials = _credentials_of(http)
    values = (getattr(credentials, name, None) for name in _SECRET_ATTRIBUTES)
    return tuple(value for value in values if isinstance(value, str))


def acts_as_itself(http: object) -> bool:
    """Whether a service account without a subject signs the requests of this http object."""
    credentials = _credentials_of(http)
    if not _NEVER_IMPERSONATES.isdisjoint(_names_of(credentials)):
        return True
    known, subject = _impersonated(credentials)
    return known and subject is None


def subject_of(http: object) -> str | None:
    """Whose data this http object gives access to, where the credentials say it."""
    credentials = _credentials_of(http)
    _, subject = _impersonated(credentials)
    account = subject or getattr(credentials, "account", None)
    return account if isinstance(account, str) and account else None


def is_sent_by_credentials() -> bool:
    """Whether google-auth is what sends just now: to get a token, and not to call an API."""
    return any(
        str(frame.f_globals.get("__name__")).startswith(_GOOGLE_AUTH)
        for frame, _ in islice(walk_stack(None), _MAX_FRAMES)
    )


def _credentials_of(http: object) -> object:
    # The order of googleapiclient._auth.get_credentials_from_http.
    return getattr(getattr(http, "request", None), "credentials", None) or getattr(
        http, "credentials", None
    )


def _impersonated(credentials: object) -> tuple[bool, object]:
    """Whether these credentials can act for a user, and for whom they do."""
    for name in _names_of(credentials):
        attribute = _SUBJECT_ATTRIBUTES.get(name)
        if attribute is not None and hasattr(credentials, attribute):
            subject = getattr(credentials, attribute)
            if isinstance(subject, Mapping):
                return True, cast("Mapping[str, object]", subject).get("sub")
            return True, subject
    return False, None


def _names_of(credentials: object) -> list[str]:
    return [qualified_name(kind) for kind in type(credentials).__mro__[:-1]]


def _strings(values: object) -> tuple[str, ...] | None:
    if isinstance(values, str):
        values = values.split()
    if not isinstance(values, (list, tuple, set, frozenset)):
        return None
    found = (value for value in cast("Iterable[object]", values) if isinstance(value, str))
    return tuple(sorted(found)[:_MAX_SCOPES]) or None
