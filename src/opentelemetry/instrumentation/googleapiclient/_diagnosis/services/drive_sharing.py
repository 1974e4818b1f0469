# SPDX-License-Identifier: Apache-2.0
"""What Drive says of sharing, permissions and shared drives."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import Pattern, Rule, one_of
from .workspace import SHARE_OR_IMPERSONATE

_GUIDE: Final = "Drive API guide, Resolve errors"
_SHARED_URL: Final = "https://developers.google.com/workspace/drive/api/guides/about-shareddrives"
_OPEN_OR_BROADEN: Final = (
    "Open the file once with this application (Picker), or use a broader scope than drive.file: "
    "the application has no access to this file."
)

RULES: Final = (
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("invalidSharingRequest"),
        message=Pattern(r"notify people|no google account|not associated"),
        remedy="Let {call} send its notification (sendNotificationEmail=True): the address has no "
        "Google account, so its owner must be invited by email.",
        example="You are trying to invite <address>. Since there is no Google account associated "
        'with this email address, you must check the "Notify people" box to invite this '
        "recipient.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("invalidSharingRequest"),
        message=Pattern(r"successfully shared"),
        remedy="Don't share again: the item was shared, and only the notification email was not "
        "delivered. Check the address passed to {call}.",
        example='Bad Request. User message: "Sorry, the items were successfully shared but '
        'emails could not be sent to <address>."',
        source=_GUIDE,
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        reasons=one_of("invalidSharingRequest"),
        message=Pattern(r"acl change not allowed"),
        remedy="Share within the limits that the domain of the file or the shared drive sets, or "
        "have the administrator change the sharing settings: they don't allow {call}.",
        help_url="https://support.google.com/a/answer/60781",
        example='Bad Request. User message: "ACL change not allowed."',
        source=_GUIDE,
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        reasons=one_of("fileWriterTeamDriveMoveInDisabled"),
        remedy="Send {call} as a content manager or manager of the shared drive, or have the "
        "administrator allow contributors to move items into it.",
        help_url=_SHARED_URL,
        example="The domain administrator has not allowed writers to move items into a shared "
        "drive.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("invalidSharingRequest"),
        remedy="Check the recipient and role passed to {call}, and whether the recipient already "
        "has access: either this sharing is not allowed, or only its notification was not "
        "delivered.",
        example="Bad Request. User message: <text>",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.DOMAIN_POLICY,
        reasons=one_of(
            "cannotShareGroupsWithLink",
            "cannotShareTeamDriveTopFolderWithAnyoneOrDomains",
            "cannotShareTeamDriveWithNonGoogleAccounts",
            "cannotShareUsersWithLink",
            "ownershipChangeAcrossDomainNotPermitted",
            "publishOutNotPermitted",
            "shareInNotPermitted",
            "shareOutNotPermitted",
            "shareOutNotPermittedToUser",
            "teamDriveDomainUsersOnlyRestriction",
            "teamDriveTeamMembersOnlyRestriction",
        ),
        remedy="Share within the domain or the shared drive, or have the administrator change the "
        "sharing settings: {call} is rejected for {reason}.",
        help_url="https://support.google.com/a/answer/60781",
        example="Sharing outside of the domain is not permitted.",
        source=_GUIDE + "; GAM, reasons of the Drive API",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("teamDrivesSharingRestrictionNotAllowed"),
        remedy="Remove writersCanShare and copyRequiresWriterPermission from the body of {call}: "
        "items in a shared drive have the restrictions of the drive.",
        help_url=_SHARED_URL,
        example="Sharing restrictions cannot be set on a shared drive item.",
        source="recorded 403 of files.create",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("teamDrivesFolderSharingNotSupported"),
        remedy="Share the whole shared drive, or share the files one by one: {call} can't share a "
        "folder of this shared drive.",
        help_url=_SHARED_URL,
        example="Sharing folders that are inside a shared drive is not supported.",
        source="recorded 403 of permissions.create",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of("consentRequiredForOwnershipTransfer"),
        remedy="Make the other user pending owner first (role writer, pendingOwner=True) and let "
        "that user accept: between consumer accounts, {call} alone can't transfer ownership.",
        help_url="https://developers.google.com/workspace/drive/api/guides/transfer-file",
        example="Consent is required to transfer ownership of a file to another user.",
        source="Drive API guide, Transfer file ownership",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of(
            "cannotModifyInheritedPermission", "cannotModifyInheritedTeamDrivePermission"
        ),
        remedy="Change the permission where it was granted, on the folder or shared drive above: "
        "{call} can't change inherited permissions.",
        example="Cannot update or delete an inherited permission on a shared drive item.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.SERVICE_ACCOUNT_WITHOUT_SUBJECT,
        reasons=one_of(
            "appNotAuthorizedToFile",
            "insufficientFilePermissions",
            "insufficientParentPermissions",
        ),
        service_account_without_subject=True,
        remedy=SHARE_OR_IMPERSONATE,
        example="The user does not have sufficient permissions for this file.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of("insufficientFilePermissions", "insufficientParentPermissions"),
        remedy="Have the owner share the file or folder with this identity, with the role that "
        "{call} requires. Scopes are not the problem.",
        example="The user does not have sufficient permissions for this file.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of("appNotAuthorizedToChild", "appNotAuthorizedToFile"),
        remedy=_OPEN_OR_BROADEN,
        example="The user has not granted the app <app> write access to the file <file>.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.FORBIDDEN,
        statuses=frozenset({403}),
        message=Pattern(r"has not granted the app\b.{0,100}\baccess to the (file|child)"),
        remedy=_OPEN_OR_BROADEN,
        example="The user has not granted the app <app> read access to the file <file>.",
        source="googleapis/google-api-python-client#643",
    ),
    Rule(
        cause=causes.FORBIDDEN,
        reasons=one_of(
            "fileOwnerNotMemberOfTeamDrive",
            "teamDriveMembershipRequired",
        ),
        remedy="Make this identity, and the owner of the file, members of the shared drive with "
        "the role that {call} requires (Contributor or higher). Scopes are not the problem.",
        help_url=_SHARED_URL,
        example="The attempted action requires shared drive membership.",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("cannotAddParent", "teamDrivesParentLimit"),
        remedy="Pass only one parent to {call}, and move a file with addParents and removeParents "
        "together: a file is in exactly one folder.",
        example="Increasing the number of parents is not allowed",
        source=_GUIDE,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        reasons=one_of("teamDrivesFolderMoveInNotSupported"),
        remedy="Create the folder in the shared drive and move the files one by one: {call} can't "
        "move folders into a shared drive.",
        help_url=_SHARED_URL,
        example="Moving folders into shared drives is not supported.",
        source=_GUIDE,
    ),
)
