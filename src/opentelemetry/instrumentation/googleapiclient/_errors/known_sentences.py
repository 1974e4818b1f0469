# SPDX-License-Identifier: Apache-2.0
"""Sentences that Google's servers and their clients say as they stand here.

In these, nothing was echoed, so they are shown whatever the request was about. What has a name or
a number in it is recognized part by part, see ``plain_parts`` and ``server_message``.

Sources: the guides of the APIs ("Resolve errors"), and error messages in public reports.
"""

from __future__ import annotations

from typing import Final

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

_SENTENCES: Final = """
'raw' RFC822 payload message string or uploading message via /upload/* URL required
A shared drive item must have exactly one parent
Access Not Configured
Access restricted to service accounts that have been delegated domain-wide authority
Account has been disabled
account not found
Account restricted by admin policy
Active session is invalid.
API key expired.
API Key not found.
API key not valid.
API keys are not supported by this API.
Authorization failed.
Backend Error
Bad Request
Base64 decoding failed
Batch size too large
Calendar usage limits exceeded.
Cannot bind query parameter.
Cannot change the organizer of an instance.
Cannot delete primary send-as
Cannot find field.
Check that your computer's clock is set correctly.
Check your iat and exp values and use a clock with skew to account for clock differences between systems.
Check your iat and exp values in the JWT claim.
Clear local cache and get the latest person.
Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.
Compute Engine Metadata server unavailable
Connection refused
Connection reset by peer
Consent is required to transfer ownership of a file from the current owner to another user.
Consumer has been suspended.
Continued use requires signup.
Could not automatically determine credentials.
Could not determine client ID from request.
Daily Limit Exceeded
Daily Limit for Unauthenticated Use Exceeded.
Deadline exceeded
Domain cannot use apis.
Domain not found.
Domain user limit reached.
Empty or missing scope not allowed.
Entity already exists.
Error connecting to the given credential's issuer.
Expected OAuth 2 access token, login cookie or other valid authentication credential.
Expected OAuth2 access token or other authentication credentials that assert a principal.
Export only supports Docs Editors files.
Failed audience check.
Filter already exists
Filter doesn't exist
Forbidden
If you enabled billing for this project recently, wait a few minutes for the action to propagate to our systems and retry.
If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.
Illegal base64 character
Increasing the number of parents is not allowed
Insufficient licenses
Insufficient Permission
Internal Error
Internal error encountered.
Invalid Bcc header
Invalid Cc header
Invalid Credentials
Invalid email or User ID
Invalid field selection
Invalid From header
Invalid Given/Family Name
Invalid grant
Invalid id value
Invalid JSON payload received.
Invalid JWT
Invalid JWT Signature.
Invalid label name
Invalid OAuth scope or ID token audience provided.
Invalid Ou Id
Invalid subject token
Invalid thread_id value
Invalid To header
Invalid Value
Key creation is not allowed on this service account.
Label name exists or conflicts
Leverage shared drives or use OAuth delegation instead.
Login Required
Login Required.
Mail sending
Mail sending limit
Mail service not enabled
Max number of group email addresses reached
Max retries exceeded with url
Member already exists.
Message not a draft
Metadata scope doesn't allow format FULL
Metadata scope doesn't allow format RAW
Method doesn't allow unregistered callers (callers without established identity).
Missing draft message
Missing end time.
Missing time zone definition for start time.
Must be a G Suite domain user.
Must specify at least one request.
No label add or removes specified
No valid verifier found for issuer.
Not a valid email or user ID.
Not Authorized to access this resource/api
Not Found
Only files with binary content can be downloaded.
Only one user push notification client allowed per developer (call /stop then try again)
Parameter not allowed for this message type
Parameters can only be bound to primitive types.
Permission denied on resource (or it may not exist).
personFields mask is required.
Please contact the spreadsheet owner to remove protection if you need to edit.
Please enter another name.
Please pass a valid API key.
Please renew the API key.
Please specify one or more valid paths.
Please try again
Please use API Key or other form of API consumer identity to call this API.
Precondition check failed.
Precondition Failed
Project has been deleted.
Project not found or deleted.
Propagation of the new permission may take a few minutes.
Proto field is not repeating, cannot start list.
Quota Exceeded
Rate Limit Exceeded
reauth related error (invalid_rapt)
Recipient address required
Request contains an invalid argument.
Request Entity Too Large
Request had insufficient authentication scopes.
Request had invalid authentication credentials.
Request is missing required authentication credential.
Request is prohibited by organization's policy.
Request mask can not be empty.
Request person.etag is different than the current person.etag.
Request Too Large
Requested client not authorized.
Requested entity was not found.
Requests from this Android client application are blocked.
Requests from this ios client application are blocked.
Resource has been deleted
Resource has been exhausted (e.g. check quota).
Resource not found
Results are always in descending relevance order.
Role Assignment already exists
Root element must be a message.
Service accounts cannot invite attendees without Domain-Wide Delegation of Authority.
Service Accounts do not have storage quota.
Service unavailable.
Shared properties can only be changed by the organizer of the event.
Sharing quota exceeded.
Since there is no Google account associated with this email address, you must check the "Notify people" box to invite this recipient.
Some requested scopes were invalid.
Sorry, you have exceeded your sharing quota.
Sorting is not supported for queries with fullText terms.
Start and end times must either both be date or both be dateTime.
Start paid subscription.
Starting an object on a scalar field
ApiRequest token is invalid.
Sync token is no longer valid, a full sync is required.
The account has been deleted
The app does not have the required scopes
The audience in ID Token does not match the expected audience.
The authenticated user cannot access this service.
The caller does not have permission
The channel specified in the request could not be found
The conversion of the uploaded content to the requested output type is not supported.
The domain administrators have disabled Gmail apps.
The download quota for this file has been exceeded.
The fields parameter is required for this method.
The file limit for this shared drive has been exceeded.
The given credential is rejected by the attribute condition.
The id token signature is invalid.
The issuer in ID Token does not match the expected ones.
The message is too large
The OAuth client was deleted.
The OAuth client was disabled.
The OAuth client was not found.
The operation timed out
The operation was aborted.
The operation was cancelled.
The originating IP address of the call violates this restriction.
The owner of a file cannot be removed.
The project to be billed is associated with an absent billing account.
The provided API key has an IP address restriction.
The provided client secret is invalid.
The request cannot be completed
The request cannot be completed because you have exceeded your quota.
The request is missing a valid API key.
The request metadata is invalid
The requested identifier already exists.
The requested minimum modification time lies too far in the past.
The requested ordering is not available for the particular query.
The resource body includes fields which are not directly writable.
The service is currently unavailable.
The specified calendar was not found
The specified parent is not a folder.
The specified time range is empty.
The target service indicated by the audience parameters is invalid.
The template parameters are invalid.
The token used is too old
The user does not have sufficient permissions for this file.
The user has exceeded the number of videos they may upload.
The user has exceeded their Drive storage quota
The user has not granted the app read access to the file
The user must be signed up for Google Calendar.
The user's Drive storage quota has been exceeded.
The video identified by the parameter has disabled comments.
The zone does not have enough resources available to fulfill the request.
This API does not support API keys.
This API method requires billing to be enabled.
This file cannot be downloaded by the user.
This file has been identified as malware or spam and cannot be downloaded.
This file is too large to be exported.
This might either be because the pool or provider is disabled or deleted or because it doesn't exist.
This operation is not supported for this document
This value should be the full resource name of the Identity Provider.
timed out
Token expired
Token has been expired or revoked.
Token must be a short-lived token (60 minutes) and in a reasonable timeframe.
Too many concurrent requests for user
Too many concurrent requests for user.
Too many filters
Too many requests
Topic not found
topicName required
Try a different zone, or try again later.
Unable to acquire impersonated credentials
Unauthenticated
Unauthorized
Unauthorized client or scope in request.
Unexpected token.
Unrecognized forwarding address
updatePersonFields mask is required.
Use Export with Docs Editors files.
User creation is not complete.
User message
User not authorized to perform this action.
User Rate Limit Exceeded
User-rate limit exceeded
User-rate limit exceeded (Mail sending)
You are trying to edit a protected cell or object.
You can't hide all the sheets in a document.
You can't remove all the sheets in a document.
You can't yet change the owner of this item.
You exceeded your current quota, please check your plan and billing details.
You have reached a limit for sending mail.
You need to have reader access to this calendar.
You need to have writer access to this calendar.
Your application is authenticating by using local Application Default Credentials.
"""  # noqa: E501 - as they are said

# Behind a full stop a sentence begins with a capital: ``(e.g. check quota)`` goes on.
SENTENCE_END: Final = lazy_pattern(r"(?<=[.!?]) {1,4}(?=[A-Z'\"\[])| ?: {1,4}")
"""What stands between two sentences, or before what a colon announces."""


def _normal(sentence: str) -> str:
    return " ".join(sentence.lower().replace("\u2019", "'").split()).rstrip(".! ")


_KNOWN: Final = frozenset(map(_normal, _SENTENCES.strip().split("\n")))


def is_known(sentence: str) -> bool:
    """Whether servers say exactly this, whoever asks."""
    return _normal(sentence) in _KNOWN
