# SPDX-License-Identifier: Apache-2.0
"""Every secret and every person of the leak tests, one for each place where they can occur."""

from __future__ import annotations

from support.planting import Plant, credential, personal

ADDRESS = "{}@example.com"
TOKEN = "ya29.{}"

# What requests carry.

KEY = credential("developerKey in the query")
ACCESS_TOKEN = credential("access_token in the query")
OAUTH_TOKEN = credential("oauth_token in the query")
USERINFO = credential("password in a URL")
BEARER = credential("bearer token of the credentials")
REFRESH_TOKEN = credential("refresh token")
CLIENT_SECRET = credential("client secret")
COOKIE = credential("Cookie header", "SID={}")
KEY_HEADER = credential("X-Goog-Api-Key header")
CUSTOM_HEADER = credential("bearer token in a header of another name", "Bearer {}")
PROXY_PASSWORD = credential("password of the proxy")
PROXY_HEADER = credential("Proxy-Authorization header", "Basic {}")
HASH_KEY = credential("user hash key")

USER = personal("userId in the path", ADDRESS)
USER_RAW = personal("userId in the path, not encoded", ADDRESS)
USER_TWICE = personal("userId in the path, encoded twice", ADDRESS)
USER_WORD = personal("userId that is no address")
SEND_AS = personal("sendAsEmail in the path", ADDRESS)
QUOTA_USER = personal("quotaUser in the query", ADDRESS)
SEARCH = personal("search text in the query", "{} surgery")
LONG_SEARCH = personal("search text that is sent as a form", "from:{}")
LABEL = personal("name of a label in a body", "{} & sons")
MAIL = personal("text of a mail", "Dear {}")
MAIL_TO = personal("recipient of a mail", ADDRESS)
FROM_HEADER = personal("From header", ADDRESS)
REFERER = credential("key in the Referer header")
SUBJECT = personal("subject of a service account", ADDRESS)
ISSUER = personal("issuer of a service account", ADDRESS)

# What responses carry.

RESPONSE_BODY = personal("body of a response", ADDRESS)
PHRASE = personal("reason phrase of a response", ADDRESS)
STATUS_LINE = personal("status line of a response", ADDRESS)
SET_COOKIE = credential("Set-Cookie header of a response", "SID={}; Secure")
UPLOAD_HEADER = credential("X-GUploader-UploadID header of a response")
LINK_KEY = credential("key in the Link header of a response")
HEADER_ADDRESS = personal("address in a header of a response", ADDRESS)
LOCATION_KEY = credential("key in a redirect's Location")
LOCATION_QUERY = personal("search text in a redirect's Location")
LOCATION_USER = personal("userId in a redirect's Location", ADDRESS)
LOCATION_PASSWORD = credential("password in a redirect's Location")
LOCATION_TOKEN = credential("token in the fragment of a redirect's Location")
UPLOAD_ID = credential("upload_id of an upload session")
MESSAGE_ADDRESS = personal("address in a message", ADDRESS)
MESSAGE_NAME = personal("name after a colon in a message")
MESSAGE_QUOTED = personal("name in quotes in a message")
MESSAGE_KEY = credential("API key in a message", "AIzaSy{}")
MESSAGE_TOKEN = credential("token in a message", TOKEN)
MESSAGE_JWT = credential("JWT in a message", "eyJhbGciOi.{}.x")
MESSAGE_URL = credential("URL in a message", "https://x.test/a?key={}")
MESSAGE_PASSWORD = credential("userinfo in a message", "root:{}@db.test")
MESSAGE_PROJECT = personal("project in a message", "projects/{}")
LONG_ADDRESS = personal("address at a long domain", "{}@students.harborfield-2026.k12.example")
LONG_DOMAIN = personal("long domain of an address", "nora@students.{}.k12.example")
DISPLAY_NAME = personal("name beside an address in a message", "{} <nora@example.com>")
PROJECT_NAME = personal("project in a sentence")
PERSON_ID = personal("id of a person in a message", "people/c{}")
TAB = personal("title of a tab in a message", "{}!A1:B2")
DOMAIN = personal("domain in a message", "{}.example.org")
INFO_ADDRESS = personal("address in ErrorInfo", ADDRESS)
INFO_KEY = credential("key in ErrorInfo", "key={}")
INFO_TOKEN = credential("token in ErrorInfo", TOKEN)
ITEM_ADDRESS = personal("address in errors[0]", ADDRESS)
ITEM_KEY = credential("key in errors[0]", "AIzaSy{}")
LIMIT_KEY = credential("key in the name of a limit", "AIzaSy{}")
LIMIT_PROJECT = personal("project in the name of a limit", "projects/{}")
PAGE = personal("HTML page", ADDRESS)
ISSUED_TOKEN = credential("access token in a token response")
ISSUED_ID_TOKEN = credential("ID token in a token response")
ISSUED_REFRESH_TOKEN = credential("refresh token in a token response")
ISSUED_SCOPE = credential("token as a scope in a token response", TOKEN)
ISSUED_SCOPE_ADDRESS = personal(
    "address as a scope in a token response", "https://x.test/" + ADDRESS
)
REFUSED_GRANT = personal("error_description of a token response", ADDRESS)
RAISED = credential("text of an application's exception", "password={}")
RAISED_ADDRESS = personal("address in the text of an application's exception", ADDRESS)
HOOK = credential("text of an exception of a hook")
PROXY_STATUS = personal("status line of a proxy", ADDRESS)

PLANTS = [one for one in globals().values() if isinstance(one, Plant)]
