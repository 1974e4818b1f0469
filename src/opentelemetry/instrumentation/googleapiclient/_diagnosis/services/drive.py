# SPDX-License-Identifier: Apache-2.0
"""What only the Drive API knows."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import SERVICE_ACCOUNT_WITH_SUBJECT, USER_KINDS, Pattern, Rule, one_of
from . import drive_sharing
from .service import Service
from .workspace import (
    ITSELF,
    PRECONDITION_OF_ITSELF,
    SHARE_OR_IMPERSONATE,
    acting_as_itself,
    refused_to_itself,
)

_GUIDE: Final = "Drive API guide, Resolve errors"
_GUIDE_URL: Final = "https://developers.google.com/workspace/drive/api/guides/handle-errors"
_DOWNLOAD_URL: Final = "https://developers.google.com/workspace/drive/api/guides/manage-downloads"
_SHARED_URL: Final = "https://developers.google.com/workspace/drive/api/guides/about-shareddrives"
_REFERENCE: Final = "Drive API reference"
_FORBIDDEN: Final = frozenset({403})
_MOVE_OUT: Final = (
    "Move the content to other folders or drives, or delete some of it: {call} would exceed a "
    "limit of Drive's structure and is rejected for {reason}. Waiting does not help."
)

_TOO_MANY_DOWNLOADS: Final = (
    "Wait up to 24 hours, or copy the file (files.copy) and download the copy: this file was "
    "downloaded too often recently. No permission is missing."
)
_UPLOADING: Final = one_of("drive.files.copy", "drive.files.create", "drive.files.update")

_LIMITS: Final = (
    Rule(
        cause=causes.SERVICE_ACCOUNT_WITHOUT_SUBJECT,
        statuses=_FORBIDDEN,
        message=Pattern(r"service accounts? do(es)? not have storage quota"),
        remedy="Put the file into a shared drive that the service account is a member of, or "
        "impersonate a user (with_subject): a service account has no storage of its own.",
        help_url=_SHARED_URL,
        example="Service Accounts do not have storage quota. Leverage shared drives, or use OAuth "
        "delegation instead.",
        source="recorded 403 of files.create, 2025",
    ),
    Rule(
        cause=causes.SERVICE_ACCOUNT_WITHOUT_SUBJECT,
        reasons=one_of("storageQuotaExceeded"),
        service_account_without_subject=True,
        remedy="Put the file into a shared drive that the service account is a member of, or "
        "impersonate a user (with_subject): a service account has no storage of its own.",
        help_url=_SHARED_URL,
        example="The user's Drive storage quota has been exceeded.",
        source="recorded 403 of files.create",
    ),
    Rule(
        cause=causes.STORAGE_FULL,
        reasons=one_of("quotaExceeded", "storageQuotaExceeded"),
        message=Pattern(r"storage"),
        credentials=USER_KINDS | {SERVICE_ACCOUNT_WITH_SUBJECT},
        example="The user's Drive storage quota has been exceeded.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.STORAGE_FULL,
        reasons=one_of("quotaExceeded", "storageQuotaExceeded"),
        message=Pattern(r"storage"),
        remedy="If a service account makes the call, put the file into a shared drive, or "
        "impersonate a user (with_subject): it has no storage of its own. If a user does, free up "
        "or buy storage for the account that owns the data.",
        example="The user has exceeded their Drive storage quota",
        source="iterative/PyDrive2#238; ieasybooks/tahweel#49",
    ),
    Rule(
        cause=causes.STORAGE_FULL,
        reasons=one_of("teamDriveFileLimitExceeded"),
        remedy="Permanently delete items from the shared drive, or use another one: it contains "
        "500,000 items, the maximum, including trash.",
        help_url=_SHARED_URL,
        example="The file limit for this shared drive has been exceeded.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.STORAGE_FULL,
        reasons=one_of("activeItemCreationLimitExceeded"),
        remedy="Delete items that the account has created, or create new ones with another "
        "account: it has 500 million items, the maximum, including trash.",
        example="This account has exceeded the creation limit of 500 million items.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.BANDWIDTH_LIMIT,
        reasons=one_of("downloadQuotaExceeded"),
        remedy=_TOO_MANY_DOWNLOADS,
        help_url="https://support.google.com/drive/answer/7166529",
        example="The download quota for this file has been exceeded.",
        source="prasmussen/gdrive#348",
    ),
    Rule(
        cause=causes.BANDWIDTH_LIMIT,
        reasons=one_of("quotaExceeded"),
        message=Pattern(r"download quota"),
        remedy=_TOO_MANY_DOWNLOADS,
        help_url="https://support.google.com/drive/answer/7166529",
        example="The download quota for this file has been exceeded",
        source="recorded 403 of Drive v2",
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_USER,
        reasons=one_of("sharingRateLimitExceeded"),
        retry="later",
        remedy="Share less at once for this user and send no notification emails "
        "(sendNotificationEmail=False): {call} has reached the sharing limit. Wait with "
        "exponential backoff, if necessary until the next day.",
        example='Rate limit exceeded. User message: "Sorry, you have exceeded your sharing quota."',
        source=_GUIDE,
    ),
    Rule(
        cause=causes.QUOTA_EXCEEDED,
        reasons=one_of("UrlLeaseLimitExceeded"),
        remedy="Finish or cancel pending uploads before {call} starts another: too many are open "
        "at once.",
        example="Too many pending uploads for this snapshot. Please finish or cancel some before "
        "creating more.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.RATE_LIMIT_PER_USER,
        reasons=one_of("userRateLimitExceeded"),
        methods=_UPLOADING,
        remedy="Slow down for this user with exponential backoff, starting at 1 s. If the error "
        "persists for minutes, the user has uploaded or copied 750 GB today: {call} fails for up "
        "to 24 hours then, and only waiting helps.",
        example="User Rate Limit Exceeded",
        source=_GUIDE + "; Workspace storage and upload limits",
    ),
    Rule(
        cause=causes.PRECONDITION_FAILED,
        reasons=one_of(
            "myDriveHierarchyDepthLimitExceeded",
            "numChildrenInNonRootLimitExceeded",
            "teamDriveHierarchyTooDeep",
        ),
        remedy=_MOVE_OUT,
        example="The limit for this folder's number of children (files and folders) has been "
        "exceeded.",
        source=_GUIDE,
    ),
)

_CONTENT: Final = (
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("fileNotDownloadable"),
        remedy="Use files.export_media with a mimeType such as application/pdf: a Google document "
        "has no binary content to download. No permission is missing.",
        help_url=_DOWNLOAD_URL,
        example="Only files with binary content can be downloaded. Use Export with Docs Editors "
        "files.",
        source="ParveenBhadooOfficial/Google-Drive-Index#11",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("fileNotExportable"),
        message=Pattern(r"files\.download"),
        remedy="Use files.download instead of {call}: files of Google Vids can't be exported.",
        help_url=_DOWNLOAD_URL,
        example="Google Vids does not support files.export. Use files.download with Vids files.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of("downloadRestrictedForRevision", "download_restricted_for_revision"),
        remedy="To download a revision later, mark it as keepForever while it is the newest: "
        "{call} can't download other revisions.",
        help_url="https://developers.google.com/workspace/drive/api/guides/manage-revisions",
        example="This revision cannot be downloaded by the authenticated user.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("fileNotExportable"),
        remedy="Use files.get_media: only Google documents can be exported, and this file has "
        "binary content of its own.",
        help_url=_DOWNLOAD_URL,
        example="Export only supports Docs Editors files.",
        source=_REFERENCE,
    ),
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        reasons=one_of("exportSizeLimitExceeded"),
        remedy="Download the file through one of its exportLinks instead of {call}, or split the "
        "document: an export is limited to 10 MB.",
        help_url=_DOWNLOAD_URL,
        example="This file is too large to be exported.",
        source=_REFERENCE + ", files.export",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("invalidAbuseAcknowledgment"),
        remedy="Remove acknowledgeAbuse from {call}: the file is not marked as abusive. Set it "
        "only after a 403 with cannotDownloadAbusiveFile.",
        help_url=_DOWNLOAD_URL,
        example="This file has not been flagged for abuse.",
        source="reruin/sharelist#421",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of("cannotDownloadAbusiveFile"),
        remedy="Don't download the file; or, if its owner trusts it, download it as the owner "
        "with acknowledgeAbuse=True: Google has marked it as malware or spam.",
        help_url=_DOWNLOAD_URL,
        example="This file has been identified as malware or spam and cannot be downloaded.",
        source=_REFERENCE + ", files.get",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of("cannotCopyFile", "cannotDownloadFile", "cannotExportFile"),
        remedy="Ask the owner of the file to let viewers download, print and copy it, or ask for "
        "the role of an editor: a setting of the file forbids {call}.",
        example="This file cannot be copied by the user.",
        source="GAM, reasons of the Drive API",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("fieldNotWritable"),
        remedy="Remove the fields that Drive sets itself from the body of {call}: the reference "
        "marks them as output only. A file resource that was read can't be written back as a "
        "whole.",
        example="The resource body includes fields which are not directly writable.",
        source="GAM, reasons of the Drive API",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        statuses=frozenset({400}),
        location=Pattern(r"^q$"),
        remedy="Correct the search expression q of {call}: quote values with ', escape ' in them "
        "as \\', and use only operators that the field supports.",
        help_url="https://developers.google.com/workspace/drive/api/guides/search-files",
        example="Invalid Value, with location q",
        source="Drive API guide, Search for files",
    ),
    Rule(
        cause=causes.HISTORY_EXPIRED,
        statuses=frozenset({400, 404}),
        location=Pattern(r"^pagetoken$"),
        methods=one_of("drive.changes.list"),
        remedy="Get a new token with changes.getStartPageToken and read everything again: the "
        "page token passed to {call} is not valid, or no longer valid.",
        help_url="https://developers.google.com/workspace/drive/api/guides/manage-changes",
        example="Invalid Value, with location pageToken",
        source="Drive API guide, Track changes",
    ),
)

_ABSENT: Final = (
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        message=Pattern(r"\b(file|folder|drive|shared drive|teamdrive|permission) not found"),
        credentials=ITSELF,
        remedy="Share the file with the service account's own address, and set "
        "supportsAllDrives=True for shared drives: {call} can't find what the service account "
        "can't see. If the file is shared, check the ID.",
        example="File not found: <file>.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        message=Pattern(r"\b(file|folder|drive|shared drive|teamdrive|permission) not found"),
        remedy="Check the ID and that this identity can see the file (with drive.file: that this "
        "application can), and set supportsAllDrives=True for shared drives: {call} can't find "
        "what it can't see.",
        example="File not found: <file>.",
        source=_GUIDE,
    ),
)

_HELP_URLS: Final = dict.fromkeys(
    (
        causes.DOMAIN_POLICY.name,
        causes.FORBIDDEN.name,
        causes.INVALID_ARGUMENT.name,
        causes.NOT_FOUND.name,
        causes.PRECONDITION_FAILED.name,
        causes.QUOTA_EXCEEDED.name,
        causes.RATE_LIMIT_PER_USER.name,
        causes.STORAGE_FULL.name,
    ),
    _GUIDE_URL,
)

SERVICE: Final = Service(
    rules=(
        *_LIMITS,
        *_CONTENT,
        *drive_sharing.RULES,
        *acting_as_itself(SHARE_OR_IMPERSONATE),
        PRECONDITION_OF_ITSELF,
        *_ABSENT,
    ),
    last_rules=refused_to_itself(SHARE_OR_IMPERSONATE),
    help_urls=_HELP_URLS,
)
