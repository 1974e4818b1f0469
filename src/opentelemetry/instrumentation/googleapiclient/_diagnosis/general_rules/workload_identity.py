# SPDX-License-Identifier: Apache-2.0
"""Workload Identity Federation: another provider's token, exchanged for one of Google's."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import STS_ENDPOINT, WORKLOAD_IDENTITY, Pattern, Rule, one_of

_FEDERATION: Final = "Google Cloud, Troubleshoot Workload Identity Federation"

_CODES: Final = one_of("invalid_grant", "invalid_request", "unauthorized_client")

RULES: Final = (
    Rule(
        cause=causes.WORKLOAD_IDENTITY_REFUSED,
        reasons=_CODES,
        message=Pattern(r"attribute condition"),
        remedy="Correct the attribute condition of the workload identity pool provider in Google "
        "Cloud IAM, or run from somewhere that it allows: it does not allow this repository, "
        "workspace, branch or account.",
        example="unauthorized_client: The given credential is rejected by the attribute condition.",
        source=_FEDERATION,
    ),
    Rule(
        cause=causes.WORKLOAD_IDENTITY_REFUSED,
        reasons=_CODES,
        message=Pattern(r"stale to sign-in|\bid token (issued at|(has|is) expired)"),
        remedy="Get a fresh token from the workload's own identity provider for each exchange: the "
        "one that was sent has expired or was issued too long ago.",
        example="invalid_grant: ID Token issued at <time> is stale to sign-in.",
        source="recorded responses of sts.googleapis.com",
    ),
    Rule(
        cause=causes.WORKLOAD_IDENTITY_REFUSED,
        reasons=one_of("invalid_target"),
        remedy="Correct the audience of the credential configuration: the workload identity pool "
        "or provider that it names does not exist, is disabled or was deleted.",
        example='invalid_target: The target service indicated by the "audience" parameters is '
        "invalid.",
        source=_FEDERATION,
    ),
    Rule(
        cause=causes.WORKLOAD_IDENTITY_REFUSED,
        reasons=_CODES,
        message=Pattern(r"\baudience in (the )?id token|expected audience|allowed audience"),
        remedy="Make the audience of the workload's own token one of the audiences that the "
        "workload identity pool provider allows.",
        example="invalid_grant: The audience in ID Token [<audience>] does not match the expected "
        "audience.",
        source=_FEDERATION,
    ),
    Rule(
        cause=causes.WORKLOAD_IDENTITY_REFUSED,
        reasons=_CODES,
        message=Pattern(r"connecting to the given credential"),
        remedy="Make the OpenID configuration and the keys (JWKS) of the token's issuer reachable "
        "from Google, or upload valid keys to the workload identity pool provider.",
        example="invalid_grant: Error connecting to the given credential's issuer.",
        source=_FEDERATION,
    ),
    Rule(
        cause=causes.WORKLOAD_IDENTITY_REFUSED,
        reasons=_CODES,
        message=Pattern(
            r"subject[ _]token|(mapped|mapping).{0,20}attribute|attribute mapping|google\.subject"
            r"|identity (pool|provider)"
        ),
        example="invalid_grant: Invalid subject token",
        source=_FEDERATION,
    ),
    Rule(
        cause=causes.WORKLOAD_IDENTITY_REFUSED,
        credentials=one_of(WORKLOAD_IDENTITY),
        message=Pattern(
            r"^file '|subject_token|credential_source|\bexecutable\b|\baws\b|certificate"
        ),
        exceptions=one_of(
            "google.auth.exceptions.MalformedError", "google.auth.exceptions.RefreshError"
        ),
        remedy="Check the credential_source of the credential configuration on this machine: the "
        "workload's own token could not be read from it. Google received no request.",
        example="File '<path>' was not found.",
        source="google-auth, identity_pool.py, aws.py, pluggable.py",
    ),
)

STS_RULES: Final = (
    Rule(
        cause=causes.WORKLOAD_IDENTITY_REFUSED,
        endpoints=one_of(STS_ENDPOINT),
        statuses=frozenset({400, 401, 403, 404}),
        source=_FEDERATION,
    ),
)
"""What is left of the Security Token Service's refusals when its codes have been read."""
