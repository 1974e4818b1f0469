# SPDX-License-Identifier: Apache-2.0
"""The only module that knows google-auth's and oauth2client's credentials."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast

from ..httplib2.exceptions import lineage, qualified_name, text_of
from .error import ApiError, parse_document

_REFRESH_ERRORS: Final = frozenset(
    {"google.auth.exceptions.RefreshError", "oauth2client.client.AccessTokenRefreshError"}
)
_CODE_AND_DESCRIPTION: Final = re.compile(r"([a-z][a-z_]{2,39})(?:: (.*))?", re.DOTALL)
# google.oauth2.reauth drops the answer, but says this for invalid_grant with a rapt subtype only.
_REAUTHENTICATION: Final = "Reauthentication is needed"

# Attributes in which service account credentials keep the user that they impersonate.
_SUBJECT_ATTRIBUTES: Final = {
    "google.oauth2.service_account.Credentials": "_subject",
    "google.auth.impersonated_credentials.Credentials": "_subject",
    "oauth2client.service_account.ServiceAccountCredentials": "_kwargs",
}
_NEVER_IMPERSONATES: Final = frozenset({"google.auth.compute_engine.credentials.Credentials"})


def refresh_failure(error: BaseException) -> ApiError | None:
    """What the authorization server said when it refused to renew a token.

    None where ``error`` is not a failed refresh, or where the server said nothing that can be
    read (google-auth then carries an HTML page or its own words as the text).
    """
    if _REFRESH_ERRORS.isdisjoint(lineage(error)):
        return None
    # google-auth: RefreshError("invalid_grant: Bad Request", {"error": "invalid_grant", ...})
    for argument in error.args[1:2]:
        if isinstance(argument, Mapping):
            answer = parse_document(cast("Mapping[str, object]", argument))
            if answer.reason or answer.message:
                return answer
    text = text_of(error)
    if text.startswith(_REAUTHENTICATION):
        return ApiError(reason="invalid_grant", subreason="invalid_rapt", message=text)
    said = _CODE_AND_DESCRIPTION.fullmatch(text)
    if said is None:
        return None
    return ApiError(reason=said[1], message=said[2])


def acts_as_itself(http: object) -> bool:
    """Whether a service account without a subject signs the requests of this http object."""
    # The order of googleapiclient._auth.get_credentials_from_http.
    credentials = getattr(getattr(http, "request", None), "credentials", None) or getattr(
        http, "credentials", None
    )
    if credentials is None:
        return False
    names = [qualified_name(kind) for kind in type(credentials).__mro__]
    if not _NEVER_IMPERSONATES.isdisjoint(names):
        return True
    for name in names:
        attribute = _SUBJECT_ATTRIBUTES.get(name)
        if attribute is not None:
            subject = getattr(credentials, attribute, "unknown")
            if isinstance(subject, Mapping):
                return "sub" not in subject
            return subject is None
    return False
