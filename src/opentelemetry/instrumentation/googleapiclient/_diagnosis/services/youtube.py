# SPDX-License-Identifier: Apache-2.0
"""What only the YouTube Data API knows."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import SERVICE_ACCOUNT_KINDS, Pattern, Rule, one_of
from .service import Service

_ERRORS: Final = "YouTube Data API, Errors"
_ERRORS_URL: Final = "https://developers.google.com/youtube/v3/docs/errors"
_QUOTA_URL: Final = "https://developers.google.com/youtube/v3/guides/quota_and_compliance_audits"
_LIVE_ERRORS: Final = "YouTube Live Streaming API, Errors"
_BOTH: Final = frozenset({401, 403})
_NO_CHANNEL: Final = (
    "Create a YouTube channel for this Google account, or let the user choose the account that "
    "owns the channel. Nothing is wrong with the token. A service account never has a channel."
)

_NO_LIVE_CHAT: Final = (
    "Stop {call}: the broadcast is over, or its owner has turned the live chat off. No permission "
    "is missing."
)

_RULES: Final = (
    Rule(
        cause=causes.ACCOUNT_LACKS_SERVICE,
        reasons=one_of(
            "authenticatedUserNotChannel",
            "ineligibleAccount",
            "youtubeSignupRequired",
        ),
        remedy=_NO_CHANNEL,
        help_url="https://support.google.com/youtube/answer/1646861",
        example="Unauthorized, with reason youtubeSignupRequired",
        source=_ERRORS,
    ),
    Rule(
        cause=causes.ACCOUNT_LACKS_SERVICE,
        statuses=_BOTH,
        credentials=SERVICE_ACCOUNT_KINDS,
        reasons=one_of("authError", "forbidden", "insufficientPermissions", "unauthorized"),
        remedy="Use OAuth credentials of a user who owns the channel: the YouTube Data API does "
        "not support service accounts, which have no channel.",
        help_url="https://developers.google.com/youtube/v3/guides/authentication",
        example="Unauthorized",
        source="YouTube Data API, Implementing OAuth 2.0: service accounts are not supported",
    ),
    Rule(
        cause=causes.CREDENTIALS_MISSING,
        statuses=frozenset({401}),
        message=Pattern(r"parameters? but is not properly authorized"),
        remedy="Use OAuth credentials of a user who owns the channel: {call} has a parameter "
        "(mine, home, forMine, ...) that asks who calls, and an API key does not say that.",
        example="The request uses the mine parameter but is not properly authorized.",
        source=_ERRORS,
    ),
    Rule(
        cause=causes.ACCOUNT_LACKS_SERVICE,
        reasons=one_of("livePermissionBlocked", "liveStreamingNotEnabled"),
        remedy="Let the owner enable live streaming for the channel (youtube.com/features), which "
        "takes up to 24 hours the first time.",
        help_url="https://support.google.com/youtube/answer/2474026",
        example="The user is not enabled for live streaming.",
        source=_LIVE_ERRORS,
    ),
    Rule(
        cause=causes.ACCOUNT_UNAVAILABLE,
        reasons=one_of(
            "authenticatedUserAccountClosed",
            "authenticatedUserAccountSuspended",
            "channelClosed",
            "channelSuspended",
        ),
        remedy="Check in YouTube Studio the channel or account that {call} acts for or asks "
        "about: it is closed or suspended. The server gives {reason}.",
        help_url="https://support.google.com/youtube/answer/2802168",
        example="The YouTube account of the authenticated user is suspended.",
        source=_ERRORS,
    ),
    Rule(
        cause=causes.DAILY_LIMIT,
        reasons=one_of("quotaExceeded"),
        remedy="Wait until midnight Pacific time, when the project's daily quota resets, or apply "
        "for more. A search costs 100 units, and an upload costs far more than a list. Backoff "
        "does not help.",
        help_url=_QUOTA_URL,
        example="The request cannot be completed because you have exceeded your quota.",
        source=_ERRORS,
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        reasons=one_of("uploadLimitExceeded"),
        retry="later",
        remedy="Wait about 24 hours, or have the owner verify the channel: it can upload only a "
        "limited number of videos a day. This is not a quota of the project.",
        help_url="https://support.google.com/youtube/answer/71673",
        example="The user has exceeded the number of videos they may upload.",
        source=_ERRORS,
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_USER,
        reasons=one_of("userRequestsExceedRateLimit", "uploadRateLimitExceeded"),
        remedy="Slow down {call} for this channel with exponential backoff, and wait for minutes "
        "with thumbnails and broadcasts: the channel made too many of these requests recently.",
        help_url=_ERRORS_URL,
        example="The channel has uploaded too many thumbnails recently. Please try the request "
        "again later.",
        source=_ERRORS + "; " + _LIVE_ERRORS,
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_USER,
        reasons=one_of("subscriptionForbidden"),
        message=Pattern(r"too many (recent )?subscriptions"),
        retry="later",
        remedy="Wait a few hours before {call} subscribes again: the account made too many "
        "subscriptions recently.",
        example="You have too many recent subscriptions. Please try again in a few hours.",
        source=_ERRORS,
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        reasons=one_of(
            "maxPlaylistExceeded",
            "playlistContainsMaximumNumberOfVideos",
            "userBroadcastsExceedLimit",
        ),
        remedy="Remove something, or continue in another playlist or channel: {call} would exceed "
        "a limit and is rejected for {reason}. Waiting does not help.",
        example="The playlist already contains the maximum allowed number of items.",
        source=_ERRORS,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of("commentsDisabled"),
        remedy="Skip this video: its owner has turned comments off, so {call} has nothing to read "
        "or write. No permission is missing.",
        example="The video identified by the videoId parameter has disabled comments.",
        source=_ERRORS,
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        reasons=one_of("liveChatDisabled", "liveChatEnded"),
        remedy=_NO_LIVE_CHAT,
        example="The live chat is no longer live.",
        source=_LIVE_ERRORS,
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        statuses=_BOTH,
        message=Pattern(r"live chat is (no longer|not) (live|active|enabled)"),
        remedy=_NO_LIVE_CHAT,
        example="The live chat is no longer live.",
        source=_LIVE_ERRORS,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of("videoRatingDisabled"),
        remedy="Skip this video: its owner has turned ratings off, so {call} is rejected for "
        "{reason}.",
        example="The owner of the video that you are trying to rate has disabled ratings.",
        source=_ERRORS,
    ),
    Rule(
        cause=causes.CONFLICT,
        statuses=frozenset({400, 409}),
        reasons=one_of("subscriptionDuplicate", "videoAlreadyInPlaylist", "captionExists"),
        remedy="Treat it as done: what {call} creates already exists.",
        example="The subscription that you are trying to create already exists.",
        source=_ERRORS,
    ),
    Rule(
        cause=causes.BACKEND_ERROR,
        reasons=one_of("processingFailure"),
        remedy="Retry {call} a few times with exponential backoff: YouTube could not process it. "
        "If the error persists, check the IDs and the text in the body, and whether the video "
        "supports this.",
        example="The API server failed to successfully process the request.",
        source=_ERRORS,
    ),
    Rule(
        cause=causes.BACKEND_UNAVAILABLE,
        statuses=frozenset({400, 409, 503}),
        reasons=one_of("SERVICE_UNAVAILABLE", "serviceUnavailable"),
        remedy="Retry {call} with exponential backoff, starting at 1 s: YouTube says that it is "
        "unavailable, whatever the status.",
        example="The operation was aborted.",
        source="recorded 409 of playlistItems.insert with SERVICE_UNAVAILABLE",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("manualSortRequired"),
        remedy="Remove snippet.position from the body of {call}: the playlist is not sorted "
        "manually.",
        example="The request attempts to set the playlist item's position, but the playlist does "
        "not use manual sorting.",
        source="YouTube Data API reference, playlistItems.insert",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("mediaBodyRequired"),
        remedy="Pass {call} the content as media_body=MediaFileUpload(...): the request has none.",
        example="The request does not include the video content.",
        source=_ERRORS,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of(
            "accountDelegationForbidden",
            "channelForbidden",
            "playlistForbidden",
            "playlistItemsNotAccessible",
            "subscriptionForbidden",
            "videoForbidden",
        ),
        remedy="Send {call} as the owner of the channel, playlist or video, or as a manager with "
        "onBehalfOfContentOwner: the item is private or can't be changed by this user, and the "
        "request is rejected for {reason}.",
        example="The playlist identified with the request's playlistId parameter does not support "
        "the request or the request is not properly authorized.",
        source=_ERRORS,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=frozenset({400}),
        methods=one_of("youtube.search.list"),
        bare=True,
        remedy="Check which parameters of {call} can be combined: video filters and forMine need "
        "type='video', only one of forMine, forContentOwner and forDeveloper is allowed, and "
        "times are in RFC 3339 with a time zone. The server gives no reason.",
        help_url="https://developers.google.com/youtube/v3/docs/search/list",
        example="Request contains an invalid argument.",
        source="YouTube Data API reference, search.list",
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        remedy="Check the ID passed to {call}: the video, channel, playlist or comment is deleted "
        "or private, or the ID is of another kind.",
        example="The video that you are trying to retrieve cannot be found.",
        source=_ERRORS,
    ),
)

SERVICE: Final = Service(
    rules=_RULES,
    help_urls={
        **dict.fromkeys((causes.DAILY_LIMIT.name, causes.QUOTA_EXCEEDED.name), _QUOTA_URL),
        **dict.fromkeys(
            (
                causes.CONFLICT.name,
                causes.FORBIDDEN.name,
                causes.INVALID_ARGUMENT.name,
                causes.NOT_FOUND.name,
                causes.PRECONDITION_FAILED.name,
            ),
            _ERRORS_URL,
        ),
    },
)
