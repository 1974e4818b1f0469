# SPDX-License-Identifier: Apache-2.0
"""The same environment for all tests, whoever runs them: programs that they start inherit it."""

from __future__ import annotations

import os
import time
from typing import Final

_REMOVED: Final = (
    "ALL_PROXY", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "COLUMNS", "FORCE_COLOR",
    "FTP_PROXY", "HTTPLIB2_CA_CERTS", "HTTPS_PROXY", "HTTP_PROXY", "LANGUAGE", "LINES",
    "NO_COLOR", "NO_PROXY", "PYTHONUTF8", "PYTHONWARNINGS", "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR", "SSL_CERT_FILE",
)  # fmt: skip
_REMOVED_PREFIXES: Final = ("CLOUDSDK_", "GCE_METADATA_", "GOOGLE_", "LC_", "OTEL_")
_SET: Final = {"LANG": "C.UTF-8", "TERM": "xterm-256color", "TZ": "UTC"}


def set_up() -> None:
    """Remove or set what changes how programs print, connect, or are traced."""
    for name in [*os.environ]:
        if name.upper() in _REMOVED or name.startswith(_REMOVED_PREFIXES):
            del os.environ[name]
    os.environ.update(_SET)
    if hasattr(time, "tzset"):
        time.tzset()
