# SPDX-License-Identifier: Apache-2.0
"""Parts of messages of Google's servers that name nobody, told by how they look.

System labels, media types, scopes, permissions and roles of IAM, hosts of APIs, names of types and
methods, times to wait for, numbers with their units: they explain a failure, whoever it happened
to.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

from typing import Final

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

# https://developers.google.com/workspace/gmail/api/guides/labels
_SYSTEM_LABEL: Final = (
    r"INBOX|SENT|DRAFTS?|SPAM|TRASH|UNREAD|STARRED|IMPORTANT|CHAT"
    r"|CATEGORY_(?:PERSONAL|SOCIAL|PROMOTIONS|UPDATES|FORUMS|RESERVATIONS|PURCHASES)"
    r"|[A-Z]{3,8}_STAR|YELLOW_BANG|RED_BANG|ORANGE_GUILLEMET|GREEN_CHECK|BLUE_INFO|PURPLE_QUESTION"
)
# Trees of vendors whose applications everybody has; another one may be the user's own.
_MEDIA_TYPE: Final = (
    r"(?:application|audio|font|image|message|multipart|text|video)/"
    r"(?:\*|vnd\.(?:google-apps|ms-|oasis\.|openxmlformats-|apple\.)[a-z0-9.+-]{0,90}"
    r"|(?!vnd\.|prs\.|x\.)[a-z][a-z0-9+-]{0,40})(?![\w/+]|[.-]\w)"
)
_SCOPE: Final = (
    r"https://(?:www\.googleapis\.com/auth/[a-z0-9._/-]{1,80}|mail\.google\.com/"
    r"|www\.google\.com/(?:m8/feeds|calendar/feeds|feeds)/?)(?![\w?=@/-])"
)
_PAGE: Final = (
    r"https://(?:(?:developers|support|cloud|docs\.cloud)\.google\.com|google\.aip\.dev)"
    r"(?:/[A-Za-z0-9_.-]{0,59}[A-Za-z0-9_-]){0,10}/?(?:#[A-Za-z0-9_-]{1,60})?(?![\w?=@%/-])"
)
_VERB: Final = (
    r"(?:actAs|access|attach|cancel|consume|create|delete|disable|enable|export|get|implicitDelegation"
    r"|import|insert|invoke|list|modify|patch|publish|set|sign|undelete|update|use)"
)
# ``iam.serviceAccounts.getAccessToken``, and ids of methods, ``gmail.users.messages.get``.
_PERMISSION: Final = (
    rf"[a-z][A-Za-z]{{1,40}}(?:\.[a-z][A-Za-z]{{1,40}}){{1,4}}\.{_VERB}(?:[A-Z][A-Za-z]{{0,40}})?"
)
_ROLE: Final = (
    r"roles/(?:(?:owner|editor|viewer|browser)\b|[a-z][A-Za-z]{1,40}(?:\.[A-Za-z]{1,40}){1,3})"
)
# With the name of a quota metric.
_HOST: Final = (
    r"(?:[a-z]{2,30}[0-9]?(?:-[a-z]{2,20}[0-9]?){0,3}(?:\.mtls)?\.googleapis\.com(?:/[a-z_]{3,64})?"
    r"|(?:accounts|mail|www|developers|support|cloud|admin|myaccount|console\.cloud"
    r"|console\.developers)\.google\.com|metadata\.google\.internal|169\.254\.169\.254)"
)
_TYPE: Final = (
    r"TYPE_[A-Z0-9_]{2,30}"
    r"|(?:type\.googleapis\.com/)?(?:google|youtube|caribou)(?:\.[A-Za-z0-9_]{1,60}){1,8}"
)
_TIME: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?"
_BEFORE_TIME: Final = (
    r"(?:retry|again|wait|until|valid|expired?s?|resets?|renewed)"
    r"(?: (?:after|at|on|in|until|by))?:? "
)
_UNIX_TIME: Final = r"(?:issued at|(?:early|late|expired),) 1[0-9]{9}(?![0-9])"
_SIZE: Final = (
    r"[0-9][0-9,]{0,18}(?:\.[0-9]{1,6})? ?(?:(?:[KMGT]i?)?B|[kmg]b|bytes?|characters?|chars)"
)
_AMOUNT: Final = (
    r"[0-9][0-9,]{0,7}(?:\.[0-9]{1,9})?(?: ?(?:%|ms|[smhd])"
    r"|[ -](?:(?:milli|micro)?seconds?|minutes?|hours?|days?|weeks?|months?|years?|rows?|columns?"
    r"|cells|requests|queries|calls|messages|recipients|attendees|labels|filters|files|items"
    r"|characters|parts|units|users|times|results|entries|attempts|events|aliases|members))"
)
# ``Max rows: 1000``, ``limit of 100``, ``at most 50``.
_LIMIT: Final = (
    r"(?:[Mm]ax(?:imum)?|[Mm]in(?:imum)?|[Ll]imits?|at (?:most|least)"
    r"|(?:more|greater|less|fewer|longer|larger|bigger) than|exceeds?|up to)"
    r"(?: (?!account|customer|domain|file|group|id|number|phone|project|user)[a-z]{2,12}){0,3}"
    r":? [0-9][0-9,]{0,8}"
)
_STATUS: Final = (
    r"(?:HTTP|[Ee]rror|[Ee]rror [Cc]ode|[Ss]tatus|[Ss]tatus [Cc]ode|[Cc]ode):? [0-9]{1,3}"
)

API_HOST: Final = lazy_pattern(r"[a-z][a-z0-9-]{0,40}\.googleapis\.com(?![\w.-])")
"""Where an API is."""

_PLAIN_URL: Final = lazy_pattern(f"{_SCOPE}|{_PAGE}")
_HOST_ONLY: Final = lazy_pattern(_HOST)
PLAIN_PART: Final = lazy_pattern(
    rf"(?<![\w@.%])(?=\w)(?:{_SCOPE}|{_PAGE}"
    rf"|(?<![/+:-])(?:{_SYSTEM_LABEL}|{_PERMISSION}|{_ROLE}|{_HOST}|{_TYPE}|{_MEDIA_TYPE})"
    rf"(?![\w@/%-]|\.\w)"
    rf"|(?<![/+:#$-])(?:{_SIZE}|{_AMOUNT}|{_LIMIT}|{_STATUS})(?![\w@/%#-]|\.\w|[,:]\d)"
    rf"|(?i:{_BEFORE_TIME})(?:{_TIME})(?![\w@/-])"
    rf"|{_UNIX_TIME})"
    rf"|(?<= )< 1[0-9]{{9}}(?![0-9])"
)
"""One of all these parts."""


def is_known_host(host: str) -> bool:
    """Whether a host is one of Google's that everybody talks to."""
    return _HOST_ONLY.fullmatch(host) is not None


def is_plain_url(url: str) -> bool:
    """Whether a URL is a scope of Google's, or a page of their documentation."""
    return _PLAIN_URL.fullmatch(url) is not None
