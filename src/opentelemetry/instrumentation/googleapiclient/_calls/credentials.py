# SPDX-License-Identifier: Apache-2.0
"""Whose credentials a call is sent with: their kind, scopes and secrets.

With ``token_refresh`` the only module that knows google-auth and oauth2client. Nothing in here
imports them: classes are known by their names, and nothing of an application's object is called
but the attributes that the libraries look at themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import islice
from traceback import walk_stack
from types import FunctionType, MethodType, ModuleType
from typing import Any, Final, cast

from opentelemetry.instrumentation.httplib2._support.exceptions import qualified_name
from opentelemetry.instrumentation.httplib2._support.guard import quietly

from .._diagnosis.rules import (
    API_KEY,
    COMPUTE,
    IMPERSONATED,
    NO_CREDENTIALS,
    SELF_SIGNED_JWT,
    SERVICE_ACCOUNT,
    SERVICE_ACCOUNT_WITH_SUBJECT,
    USER,
    USER_WITHOUT_REFRESH_TOKEN,
    WORKLOAD_IDENTITY,
)
from .._errors.error_details import mapping

_SECRET_ATTRIBUTES: Final = (
    "access_token",
    "client_secret",
    "id_token",
    "id_token_jwt",
    "rapt_token",
    "refresh_token",
    "token",
)
_ADDRESS_ATTRIBUTES: Final = ("account", "service_account_email", "signer_email")
_PROJECT_ATTRIBUTES: Final = ("project_id", "quota_project_id")
_SOURCE: Final = "_source_credentials"
_TARGET: Final = "_target_credentials"
_KEY_HEADER: Final = "x-goog-api-key"
_MAX_SCOPES: Final = 50
_MAX_QUERY: Final = 8192
_MAX_SEARCHED: Final = 64
_MAX_DEPTH: Final = 6
_MAX_SOURCES: Final = 4
# AuthorizedHttp, which sends calls too, is of google_auth_httplib2.
_GOOGLE_AUTH: Final = ("google.auth.", "google.oauth2.")
_MAX_FRAMES: Final = 20


def _kind_of_user(credentials: Any) -> str:
    return USER if getattr(credentials, "refresh_token", None) else USER_WITHOUT_REFRESH_TOKEN


def _kind_of_service_account(credentials: Any) -> str:
    if _subject_of(credentials):
        return SERVICE_ACCOUNT_WITH_SUBJECT
    signs_itself = getattr(credentials, "_always_use_jwt_access", False) or getattr(
        credentials, "_jwt_credentials", None
    )
    return SELF_SIGNED_JWT if signs_itself else SERVICE_ACCOUNT


def _kind_of_source(credentials: Any) -> str | None:
    return _kind_of(getattr(credentials, _SOURCE, None))


_Kind = str | Callable[[Any], str | None] | None

# The most specific class of an object decides.
_KINDS: Final[Mapping[str, _Kind]] = {
    "google.auth.api_key.Credentials": API_KEY,
    "google.auth.app_engine.Credentials": COMPUTE,
    "google.auth.compute_engine.credentials.Credentials": COMPUTE,
    "google.auth.compute_engine.credentials.IDTokenCredentials": COMPUTE,
    "google.auth.credentials.AnonymousCredentials": NO_CREDENTIALS,
    "google.auth.downscoped.Credentials": _kind_of_source,
    "google.auth.external_account.Credentials": WORKLOAD_IDENTITY,
    "google.auth.external_account_authorized_user.Credentials": _kind_of_user,
    "google.auth.impersonated_credentials.Credentials": IMPERSONATED,
    "google.auth.impersonated_credentials.IDTokenCredentials": IMPERSONATED,
    "google.auth.jwt.Credentials": SELF_SIGNED_JWT,
    "google.auth.jwt.OnDemandCredentials": SELF_SIGNED_JWT,
    "google.oauth2.credentials.Credentials": _kind_of_user,
    "google.oauth2.credentials.UserAccessTokenCredentials": USER,
    "google.oauth2.gdch_credentials.ServiceAccountCredentials": SERVICE_ACCOUNT,
    "google.oauth2.service_account.Credentials": _kind_of_service_account,
    "google.oauth2.service_account.IDTokenCredentials": SERVICE_ACCOUNT,
    # Of an application: nobody knows what it asserts.
    "oauth2client.client.AssertionCredentials": None,
    "oauth2client.client.OAuth2Credentials": _kind_of_user,
    "oauth2client.contrib.appengine.AppAssertionCredentials": COMPUTE,
    "oauth2client.contrib.gce.AppAssertionCredentials": COMPUTE,
    "oauth2client.service_account.ServiceAccountCredentials": _kind_of_service_account,
    "oauth2client.service_account._JWTAccessCredentials": SELF_SIGNED_JWT,
}
_ACTING_AS_THEMSELVES: Final = frozenset(
    {COMPUTE, IMPERSONATED, SELF_SIGNED_JWT, SERVICE_ACCOUNT, WORKLOAD_IDENTITY}
)
_ASKING_FOR_SCOPES: Final = frozenset(
    {IMPERSONATED, SERVICE_ACCOUNT, SERVICE_ACCOUNT_WITH_SUBJECT, WORKLOAD_IDENTITY}
)


class Scopes:
    """What is known of a token's scopes; None where it is not known.

    Args:
        requested: empty where the credentials are known to ask for none.
        granted: None for a token that was not obtained in this process: only its issuer knows.
    """

    __slots__ = ("granted", "requested")

    def __init__(
        self,
        requested: tuple[str, ...] | None = None,
        granted: tuple[str, ...] | None = None,
    ) -> None:
        self.requested = requested
        self.granted = granted


class Identity:
    """Who a call acts as. What it says is looked up when it is asked for.

    Args:
        http: what the call is sent through.
        request: googleapiclient's request, where there is one.
        seen: credentials that were seen at work while the call failed.
    """

    __slots__ = ("_credentials", "_http", "_request")

    def __init__(self, http: object, request: object = None, seen: object = None) -> None:
        self._http = http
        self._request = request
        found = _credentials_of(http) if seen is None else seen
        self._credentials = _searched(http) if found is None else found

    @property
    def kind(self) -> str | None:
        """The kind of the credentials, None where it is not known."""
        if self._credentials is not None:
            return _kind_of(self._credentials)
        return _kind_of_request(self._request) if _adds_nothing(self._http) else None

    @property
    def source_kind(self) -> str | None:
        """The kind of the credentials that impersonated credentials are obtained with."""
        return _kind_of(_source_of(self._credentials))

    @property
    def acts_as_itself(self) -> bool:
        """Whether a service account acts that has no subject, whatever its kind."""
        kind = _kind_of(self._credentials)
        return kind in _ACTING_AS_THEMSELVES and not _subject_of(self._credentials)

    @property
    def has_quota_project(self) -> bool:
        """Whether the credentials name a quota project."""
        return bool(attribute_of(self._credentials, "quota_project_id"))

    @property
    def scopes(self) -> Scopes:
        """The scopes that were asked for, and those that were granted."""
        credentials = self._credentials
        requested = (
            _strings(attribute_of(credentials, "_target_scopes"))
            or _strings(attribute_of(credentials, "scopes"))
            or _strings(attribute_of(credentials, "default_scopes"))
        )
        if requested is None and _kind_of(credentials) in _ASKING_FOR_SCOPES:
            requested = ()
        return Scopes(requested, _strings(attribute_of(credentials, "granted_scopes")))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The credentials themselves, which a server might echo in its messages."""
        return tuple(_texts_in(self._credentials, _SECRET_ATTRIBUTES))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of whom they stand for, and of projects."""
        addresses = (
            *_texts_in(self._credentials, _ADDRESS_ATTRIBUTES),
            _subject_of(self._credentials) or "",
        )
        projects = _texts_in(self._credentials, _PROJECT_ATTRIBUTES)
        # The account of a machine is called "default".
        return (*(one for one in addresses if "@" in one), *projects)


def subject_of(http: object) -> str | None:
    """Whose data this http object gives access to, where the credentials say it."""
    credentials = _credentials_of(http)
    account = _subject_of(credentials) or attribute_of(credentials, "account")
    return account if isinstance(account, str) and account else None


def is_sent_by_credentials() -> bool:
    """Whether google-auth is what sends just now: to get a token, and not to call an API."""
    return any(
        str(frame.f_globals.get("__name__")).startswith(_GOOGLE_AUTH)
        for frame, _ in islice(walk_stack(None), _MAX_FRAMES)
    )


def is_credentials(found: object) -> bool:
    """Whether this is an object of the credential libraries."""
    return bool(_known_name(found))


def _kind_of(credentials: object) -> str | None:
    kind = _KINDS.get(_known_name(credentials))
    return kind(credentials) if callable(kind) else kind


def _known_name(found: object) -> str:
    """The most specific class that is known of an object, empty where none is."""
    return next((name for name in _names_of(found) if name in _KINDS), "")


def _names_of(found: object) -> Iterator[str]:
    return (qualified_name(kind) for kind in type(found).__mro__[:-1])


def _credentials_of(http: object) -> object:
    """Where the library itself looks: googleapiclient._auth.get_credentials_from_http."""
    found = attribute_of(attribute_of(http, "request"), "credentials")
    if found is None:
        found = attribute_of(http, "credentials")
    # httplib2 has passwords under this name.
    return None if type(found).__module__.partition(".")[0] == "httplib2" else found


def _subject_of(credentials: object) -> str | None:
    """The user that a service account acts for."""
    # The subject of an own JWT is the service account itself.
    if _KINDS.get(_known_name(credentials), SELF_SIGNED_JWT) == SELF_SIGNED_JWT:
        return None
    subject = attribute_of(credentials, "_subject")
    # oauth2client keeps claims in _kwargs, as with_claims() of google-auth does.
    for claims in ("_kwargs", "_additional_claims"):
        subject = subject or mapping(attribute_of(credentials, claims)).get("sub")
    return subject if isinstance(subject, str) and subject else None


def _source_of(credentials: object) -> object:
    target = attribute_of(credentials, _TARGET)
    return attribute_of(credentials if target is None else target, _SOURCE)


def _texts_in(credentials: object, names: Iterable[str]) -> Iterator[str]:
    """Values of these attributes, of the credentials and of those that they come from."""
    for _ in range(_MAX_SOURCES):
        if credentials is None:
            return
        for name in names:
            value = attribute_of(credentials, name)
            if isinstance(value, bytes):
                value = value.decode("ascii", "replace")
            if isinstance(value, str):
                yield value
        credentials = _source_of(credentials)


def _kind_of_request(request: object) -> str | None:
    """What a request carries that nobody adds credentials to, None for a token of any kind."""
    names = {str(name).lower() for name in mapping(attribute_of(request, "headers"))}
    query = str(attribute_of(request, "uri") or "").partition("?")[2]
    parameters = {pair.partition("=")[0] for pair in query[:_MAX_QUERY].split("&")}
    if "authorization" in names or not parameters.isdisjoint({"access_token", "oauth_token"}):
        return None
    return API_KEY if _KEY_HEADER in names or "key" in parameters else NO_CREDENTIALS


def _adds_nothing(http: object) -> bool:
    """Whether this http object sends what it is given: it is httplib2's own, or a stand-in."""
    if not _is_httplib2(http):
        return type(http).__module__ == "googleapiclient.http"
    own = vars(http).get("request")
    # set_user_agent() and tunnel_patch() put a function of theirs there.
    return own is None or getattr(own, "__module__", None) == "googleapiclient.http"


def _is_httplib2(http: object) -> bool:
    return qualified_name(type(http)) == "httplib2.Http"


def _searched(http: object) -> object:
    """Credentials in what the application has put around the real http object.

    Wrappers keep it in an attribute of any name, in a closure or in a partial function. Where
    several credentials are as near, of unlike kinds, none of them is known to be the one.
    """
    if http is None or (_is_httplib2(http) and "request" not in vars(http)):
        return None
    level, seen = [http], {id(http)}
    for _ in range(_MAX_DEPTH):
        nearer, level = level, list[object]()
        for one in (inner for outer in nearer for inner in _inside(outer)):
            if id(one) not in seen and len(seen) < _MAX_SEARCHED:
                seen.add(id(one))
                level.append(one)
        found = [one for one in level if is_credentials(one)]
        if found:
            return found[0] if len(set(map(_kind_of, found))) == 1 else None
    return None


def _inside(outer: object) -> Iterator[object]:
    """What an object refers to, seen without running any code of the application's."""
    if isinstance(outer, MethodType):
        yield from (outer.__self__, outer.__func__)
        return
    if isinstance(outer, partial):
        whole = cast("partial[Any]", outer)
        yield from (whole.func, *whole.args, *whole.keywords.values())
        return
    if isinstance(outer, FunctionType):
        for cell in outer.__closure__ or ():
            with suppress(ValueError):  # not filled yet
                yield cell.cell_contents
    elif isinstance(outer, (type, ModuleType)):
        return
    try:
        own = object.__getattribute__(outer, "__dict__")
    except AttributeError:
        return
    yield from islice(cast("dict[str, object]", own).values(), _MAX_SEARCHED)


def attribute_of(owner: object, name: str) -> object:
    """An attribute, None where there is none or the application's own code fails to say it."""
    return quietly(getattr, owner, name, None)


def _strings(values: object) -> tuple[str, ...] | None:
    if isinstance(values, str):
        values = values.split()
    if not isinstance(values, (list, tuple, set, frozenset)):
        return None
    found = (value for value in cast("Iterable[object]", values) if isinstance(value, str))
    return tuple(sorted(found)[:_MAX_SCOPES]) or None
