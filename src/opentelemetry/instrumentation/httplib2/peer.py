# SPDX-License-Identifier: Apache-2.0
"""Who is at the other end of a TCP connection, as the operating system knows it.

``socket.socket`` may be anything: tests and libraries put a class or a function of their own there
(Eventlet, gevent, PySocks, httpretty, pytest-socket). The class below it, in C, is left alone.
"""

from __future__ import annotations

import _socket  # what ``socket.socket`` derives from is not public
from inspect import getattr_static
from typing import Any, Final, cast

_Peer = tuple[str, int] | str

# Where sockets that are no socket of C keep one: gevent's, Eventlet's.
_KEPT: Final = ("_sock", "fd")


def peer_of(sock: object) -> _Peer | None:
    """Address and port of the peer, or the path of a Unix socket; None where it can't be known.

    Args:
        sock: of a connection, as it is found there. May be fake: nothing that could make it do
            something is asked of it.
    """
    try:
        real = _real_socket(sock)
        if real is not None:
            # PySocks overrides getpeername() with whom the proxy talks to.
            return _peer(_socket.socket.getpeername(real))
        # A fake that has no method of its own makes one up, and may connect for it.
        if getattr_static(type(sock), "getpeername", None) is None:
            return None
        peer = _peer(cast("Any", sock).getpeername())
    except Exception:  # noqa: BLE001 - not connected any more; or a fake, which raises what it likes
        return None
    return peer if isinstance(peer, tuple) and _is_address(peer[0]) else None


def _real_socket(sock: object) -> _socket.socket | None:
    if isinstance(sock, _socket.socket):
        return sock
    for name in _KEPT:
        try:
            kept = object.__getattribute__(sock, name)
        except AttributeError:
            continue
        if isinstance(kept, _socket.socket):
            return kept
    return None


def _peer(name: object) -> _Peer | None:
    if isinstance(name, tuple):  # of two for IPv4, of four for IPv6
        host, port, *_ = cast("tuple[Any, ...]", name)
        return (host, port) if isinstance(host, str) and isinstance(port, int) else None
    return name if isinstance(name, str) and name else None


def _is_address(host: str) -> bool:
    for family in (_socket.AF_INET, _socket.AF_INET6):
        try:
            _socket.inet_pton(family, host.partition("%")[0])
        except OSError:
            continue
        return True
    return False
