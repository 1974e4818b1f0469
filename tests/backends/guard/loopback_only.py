# SPDX-License-Identifier: Apache-2.0
"""Loaded by a .pth file in each environment: refuses what would leave this machine, and says so."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not host or host == "localhost" or _is_loopback(host):
        return
    sys.stderr.write(f"refused: {host}\n")
    raise OSError(f"nothing leaves this machine: {host}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


sys.addaudithook(_refuse)
