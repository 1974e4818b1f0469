# SPDX-License-Identifier: Apache-2.0
"""Who is at the other end of a TCP connection, as the operating system knows it.

``socket.socket`` may be anything: tests and libraries put a class or a function of their own there
(Eventlet, gevent, PySocks, httpretty, pytest-socket). The class below it, in C, is left alone.
"""

from __future__ import annotations

import _socket  # what ``socket.socket`` derives from is not public
from typing import Any, Final, cast

from .._support.interruption import is_interruption

_Peer = tuple[str, int] | str

# Where sockets that are none of C keep one, by the package of their class.
_KEPT: Final = {"eventlet": "fd", "gevent": "_sock"}


def peer_of(sock: object) -> _Peer | None:
    """Address and port of the peer, or the path of a Unix socket; None where it can't be known.

    Args:
        sock: of a connection, as it is found there. May be fake.
    """
    try:
        real = _real_socket(sock)
        if real is not None:
            # PySocks overrides getpeername() with whom the proxy talks to.
            return _peer(_socket.socket.getpeername(real))
        # One that a fake makes up when it is asked for may open a connection.
        if not any("getpeername" in vars(kind) for kind in type(sock).__mro__):
            return None
        peer = _peer(cast("Any", sock).getpeername())
    except Exception as error:
        if is_interruption(error):
            raise
        # Not connected any more; or a fake, which raises what it likes.
        return None
    return peer if isinstance(peer, str) or peer is None or _is_address(peer[0]) else None


def _real_socket(sock: object) -> _socket.socket | None:
    if isinstance(sock, _socket.socket):
        return sock
    for kind in type(sock).__mro__:
        name = _KEPT.get(kind.__module__.partition(".")[0])
        if name is not None:
            kept = object.__getattribute__(sock, name)
            return kept if isinstance(kept, _socket.socket) else None
    return None


def _peer(name: object) -> _Peer | None:
    if isinstance(name, tuple):  # of two for IPv4 and virtual machines, of four for IPv6
        address, port, *_ = cast("tuple[Any, ...]", name)
        return (str(address), port) if isinstance(port, int) else None
    return name if isinstance(name, str) and name else None


def _is_address(text: str) -> bool:
    """Whether it is the address of a machine, and not a name of it."""
    if text.isdecimal():  # of a virtual machine
        return True
    for family in (_socket.AF_INET, _socket.AF_INET6):
        try:
            _socket.inet_pton(family, text.partition("%")[0])
        except OSError:
            continue
        return True
    return False
