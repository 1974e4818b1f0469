# SPDX-License-Identifier: Apache-2.0
"""The ways in which an application with secrets meets an API."""

from __future__ import annotations

import base64
import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import google_auth_httplib2
import httplib2
import socks
from google.oauth2 import credentials as google_credentials
from google.oauth2 import service_account
from googleapiclient.discovery import build as discover
from googleapiclient.discovery import build_from_document
from googleapiclient.http import (
    HttpRequest,
    MediaInMemoryUpload,
    MediaIoBaseDownload,
    MediaIoBaseUpload,
    build_http,
)
from oauth2client.client import OAuth2Credentials

from local_gmail import LocalGmail, Response
from support.documents import FROM_SERVER
from support.tunnel import Tunnel
from trust import responses
from trust.plants import (
    ACCESS_TOKEN,
    BEARER,
    CLIENT_SECRET,
    COOKIE,
    CUSTOM_HEADER,
    FROM_HEADER,
    ISSUER,
    KEY,
    KEY_HEADER,
    LABEL,
    LONG_SEARCH,
    MAIL,
    MAIL_TO,
    OAUTH_TOKEN,
    PHRASE,
    PROXY_HEADER,
    PROXY_PASSWORD,
    PROXY_STATUS,
    QUOTA_USER,
    RAISED,
    RAISED_ADDRESS,
    REFERER,
    REFRESH_TOKEN,
    SEARCH,
    SEND_AS,
    SUBJECT,
    UPLOAD_ID,
    USER,
    USER_RAW,
    USER_TWICE,
    USER_WORD,
    USERINFO,
)

LIST = "gmail.users.messages.list"
INSERT = "gmail.users.messages.insert"

HEADERS = {
    "cookie": COOKIE.value,
    "x-goog-api-key": KEY_HEADER.value,
    "x-forwarded": CUSTOM_HEADER.value,
    "proxy-authorization": PROXY_HEADER.value,
    "from": FROM_HEADER.value,
    "referer": f"https://gmail.googleapis.com/x?alt=json&key={REFERER.value}",
}


@dataclass
class World:
    """An application with secrets, and the server that it talks to."""

    gmail: LocalGmail
    signer: Any
    root_url: str
    tunnel: Tunnel | None = None
    sent: list[str] = field(default_factory=list[str])
    """What went out in responses, and what else of plants was used, to prove that it was there."""
    script: Callable[[str], None] = lambda _: None
    """Gives a target of the server (local_gmail's ``script``) the responses of this journey."""
    opened: list[httplib2.Http] = field(default_factory=list[httplib2.Http])

    _service: Any = None

    def http(self) -> Any:
        made = build_http()
        made.timeout = 5
        if self.tunnel is not None:
            made.proxy_info = self.proxy(self.tunnel)
        self.opened.append(made)
        return made

    def proxy(self, tunnel: Tunnel) -> Any:
        return httplib2.ProxyInfo(
            socks.PROXY_TYPE_HTTP,
            "127.0.0.1",
            tunnel.port,
            proxy_user="alice",
            proxy_pass=PROXY_PASSWORD.value,
        )

    def credentials(self) -> Any:
        return google_credentials.Credentials(
            token=BEARER.value,
            refresh_token=REFRESH_TOKEN.value,
            token_uri=f"{self.root_url}token",
            client_id="client",
            client_secret=CLIENT_SECRET.value,
        )

    def service(self, http: Any = None) -> Any:
        http = http or google_auth_httplib2.AuthorizedHttp(self.credentials(), self.http())
        if self._service is None:
            document = self.gmail.discovery_document()
            document.update(rootUrl=self.root_url, baseUrl=self.root_url)
            resources = document["resources"]["users"]["resources"]
            for name in resources.keys() - {"messages", "labels", "settings"}:
                del resources[name]
            self._service = build_from_document(document, http=http, developerKey=KEY.value)
        # Building takes longer than any journey.
        self._service._http = http
        return self._service

    def run(self, request: Any, **arguments: Any) -> None:
        """Execute a request, whatever comes of it."""
        self.attempt(lambda: request.execute(num_retries=1, **arguments), request)

    def attempt(self, work: Callable[[], Any], *requests: Any) -> None:
        for request in requests:
            request.headers.update(HEADERS)
        # Whatever it raises: what it says of that is what counts.
        with contextlib.suppress(Exception):
            work()

    def close(self) -> None:
        for http in self.opened:
            http.close()


# Journeys.


def _calls(world: World) -> None:
    service = world.service()
    messages = service.users().messages()
    world.run(
        messages.list(
            userId=USER.value,
            q=SEARCH.value,
            access_token=ACCESS_TOKEN.value,
            oauth_token=OAUTH_TOKEN.value,
            quotaUser=QUOTA_USER.value,
        )
    )
    world.run(messages.list(userId=USER_WORD.value, q=LONG_SEARCH.value + " x" * 1024))
    world.run(messages.get(userId=quote(USER_TWICE.value, safe=""), id="1"))
    body = {"name": LABEL.value, "color": {"textColor": "#000000"}}
    world.run(service.users().labels().create(userId="me", body=body))
    send_as = service.users().settings().sendAs()
    world.run(send_as.get(userId="me", sendAsEmail=SEND_AS.value))
    raw = messages.get(userId=USER_RAW.value, id="1")
    raw.uri = raw.uri.replace("%40", "@")
    world.run(raw)
    world.run(raw)  # again: a repeated execution


def _send(world: World) -> None:
    text = f"To: {MAIL_TO.value}\r\nSubject: x\r\n\r\n{MAIL.value}"
    encoded = base64.urlsafe_b64encode(text.encode()).decode()
    world.sent.append(text)
    world.run(world.service().users().messages().send(userId="me", body={"raw": encoded}))


def _batch(world: World) -> None:
    service = world.service()
    batch = service.new_batch_http_request(callback=_raise_if_failed)
    messages = service.users().messages()
    parts = [
        messages.list(userId=USER.value, q=SEARCH.value),
        messages.get(userId=USER_WORD.value, id="1"),
        service.users().labels().create(userId="me", body={"name": LABEL.value}),
    ]
    for part in parts:
        batch.add(part)
    world.attempt(batch.execute, *parts)


def _raise_if_failed(_id: str, _response: Any, error: Exception | None) -> None:
    if error is not None:
        raise error


def _media(world: World, *, resumable: bool) -> Any:
    text = f"To: {MAIL_TO.value}\r\n\r\n{MAIL.value}".encode() + b"x" * 3000
    world.sent.append(text.decode())
    media: Any = (
        MediaIoBaseUpload(io.BytesIO(text), "message/rfc822", chunksize=2048, resumable=True)
        if resumable
        else MediaInMemoryUpload(text, "message/rfc822")
    )
    messages = world.service().users().messages()
    return messages.insert(userId=USER.value, media_body=media, body={"labelIds": [LABEL.value]})


def _simple_upload(world: World) -> None:
    world.run(_media(world, resumable=False))


def _resumable_upload(world: World) -> None:
    world.run(_media(world, resumable=True))


def _upload_by_chunks(world: World) -> None:
    request = _media(world, resumable=True)

    def upload() -> None:
        response = None
        while response is None:
            _, response = request.next_chunk(num_retries=1)

    world.attempt(upload, request)


def _upload_to_a_planted_session(world: World) -> None:
    """The server names a session URL, and what is sent there meets the outcome."""
    request = _media(world, resumable=True)
    session = f"{world.root_url}upload/gmail/v1/users/me/messages?upload_id={UPLOAD_ID.value}"
    world.gmail.clear()
    world.gmail.script(INSERT, Response(200, headers={"Location": session, **responses.HEADERS}))
    for target in ("upload", "upload-status", INSERT):
        world.script(target)
    world.run(request)
    world.run(request)


def _unreadable_media(world: World) -> None:
    class Stream(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise ValueError(f"{RAISED.value} of {RAISED_ADDRESS.value}")

    world.sent.append(RAISED.value + RAISED_ADDRESS.value)
    media: Any = MediaIoBaseUpload(Stream(b"x"), "message/rfc822", resumable=True)
    messages = world.service().users().messages()
    world.run(messages.insert(userId=USER.value, media_body=media))


def _download(world: World) -> None:
    request = world.service().users().messages().get(userId=USER.value, id=QUOTA_USER.value)
    request.uri = request.uri.replace("alt=json", "alt=media")
    download = MediaIoBaseDownload(io.BytesIO(), request, chunksize=1024)

    def fetch() -> None:
        done = False
        while not done:
            _, done = download.next_chunk(num_retries=1)

    world.attempt(fetch, request)


def _refresh(world: World) -> None:
    credentials = world.credentials()
    credentials.token = None
    http = google_auth_httplib2.AuthorizedHttp(credentials, world.http())
    world.run(world.service(http).users().messages().list(userId="me", q=SEARCH.value))


def _renewal(world: World) -> None:
    """A 401 renews the token, and the request goes out once more."""
    world.gmail.clear()
    world.gmail.script(LIST, responses.says("Invalid Credentials", 401))
    world.script(LIST)
    world.script("token")
    world.run(world.service().users().messages().list(userId="me", q=SEARCH.value))


def _service_account(world: World) -> None:
    credentials: Any = service_account.Credentials(
        world.signer,
        ISSUER.value,
        f"{world.root_url}token",
        scopes=["https://mail.google.com/"],
        subject=SUBJECT.value,
    )
    world.sent.append(SUBJECT.value + ISSUER.value)
    http = google_auth_httplib2.AuthorizedHttp(credentials, world.http())
    world.run(world.service(http).users().messages().list(userId="me"))


def _oauth2client(world: World) -> None:
    old = OAuth2Credentials(
        BEARER.value,
        "client",
        CLIENT_SECRET.value,
        REFRESH_TOKEN.value,
        None,
        f"{world.root_url}token",
        "agent",
    )
    service = world.service(old.authorize(world.http()))
    world.run(service.users().messages().list(userId=USER.value, q=SEARCH.value))


def _discovery(world: World) -> None:
    url = f"{world.root_url}discovery/v1/apis/{{api}}/{{apiVersion}}/rest"
    url += f"?quotaUser={quote(QUOTA_USER.value)}"
    world.attempt(
        lambda: discover(
            "gmail",
            "v1",
            http=world.http(),
            discoveryServiceUrl=url,
            developerKey=KEY.value,
            cache_discovery=False,
            **FROM_SERVER,
        )
    )


def _bare_http(world: World) -> None:
    """The wire layer has nothing above it."""
    path = f"gmail/v1/users/{quote(USER.value)}/messages?key={KEY.value}"
    headers = dict(HEADERS)
    if world.tunnel is None:
        headers[responses.UNKNOWN_HOST] = "yes"
    else:
        path += f"&q={SEARCH.core}"
    world.attempt(lambda: world.http().request(world.root_url + path, headers=headers))


def _userinfo(world: World) -> None:
    scheme, _, rest = world.root_url.partition("://")
    uri = f"{scheme}://alice:{USERINFO.value}@{rest}gmail/v1/users/me/messages"
    world.sent.append(uri)
    request = world.service().users().messages().list(userId="me")
    request.uri = uri
    world.run(request)
    world.attempt(lambda: world.http().request(uri))


def _refusing_proxy(world: World) -> None:
    """A proxy that says no, in words of its own."""
    for words in (PHRASE, PROXY_STATUS):
        with Tunnel(0, f"HTTP/1.1 407 no {words.value}") as tunnel:
            http = world.http()
            http.proxy_info = world.proxy(tunnel)
            world.run(world.service(http).users().messages().list(userId="me", q=SEARCH.value))
            world.sent.append(tunnel.refusal or "")
            world.sent.extend(
                base64.b64decode(line.split()[-1]).decode()
                for head in tunnel.heads
                for line in head.splitlines()
                if line.lower().startswith(b"proxy-authorization")
            )


def _application_object(world: World) -> None:
    """An http object of the application's own, whose exceptions say too much."""

    class Broken:
        def request(self, uri: str, *_: Any, **__: Any) -> Any:
            raise RuntimeError(f"no {uri} with {RAISED.value} for {RAISED_ADDRESS.value}")

    world.run(world.service(Broken()).users().messages().list(userId=USER.value, q=SEARCH.value))


def _raw_request(world: World) -> None:
    """A request object that no discovery document knows."""
    uri = f"{world.root_url}x/{quote(USER.value)}?q={SEARCH.core}&key={KEY.value}"
    world.run(HttpRequest(world.http(), lambda _response, content: content, uri))


JOURNEYS: dict[str, Callable[[World], None]] = {
    "calls": _calls,
    "send": _send,
    "batch": _batch,
    "simple upload": _simple_upload,
    "resumable upload": _resumable_upload,
    "upload by chunks": _upload_by_chunks,
    "upload to a planted session": _upload_to_a_planted_session,
    "unreadable media": _unreadable_media,
    "download": _download,
    "refresh": _refresh,
    "renewal": _renewal,
    "service account": _service_account,
    "oauth2client": _oauth2client,
    "discovery": _discovery,
    "bare http": _bare_http,
    "userinfo": _userinfo,
    "refusing proxy": _refusing_proxy,
    "an http object of the application": _application_object,
    "a request of no discovery document": _raw_request,
}


TOKEN_JOURNEYS = {"refresh", "renewal", "service account", "oauth2client"}
"""Those that ask for a token on the way."""
UNSCRIPTED_JOURNEYS = {
    "unreadable media",
    "userinfo",
    "refusing proxy",
    "an http object of the application",
}
"""Those that never come to where an API would response."""
