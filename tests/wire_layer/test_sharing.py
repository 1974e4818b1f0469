# SPDX-License-Identifier: Apache-2.0
"""sharing.py: two threads inside of one connection, told without a lock."""

from __future__ import annotations

from threading import Thread

from opentelemetry.instrumentation.httplib2._wire.sharing import Connections, ConnectionUse


def _enter(connections: Connections, connection: object) -> ConnectionUse:
    use = ConnectionUse()
    connections.enter(use, connection)
    return use


def _in_another_thread(connections: Connections, connection: object) -> ConnectionUse:
    uses: list[ConnectionUse] = []
    thread = Thread(target=lambda: uses.append(_enter(connections, connection)))
    thread.start()
    thread.join()
    return uses[0]


def test_two_threads_at_once_are_both_told() -> None:
    connections, connection = Connections(), object()
    mine = _enter(connections, connection)
    theirs = _in_another_thread(connections, connection)

    assert mine.shared
    assert theirs.shared


def test_one_after_the_other_is_no_sharing() -> None:
    connections, connection = Connections(), object()
    mine = _enter(connections, connection)
    connections.leave(mine)

    assert not _in_another_thread(connections, connection).shared
    assert not mine.shared


def test_a_use_that_was_interrupted_is_not_taken_for_another_threads() -> None:
    connections, connection = Connections(), object()
    _enter(connections, connection)  # and never leaves

    assert not _enter(connections, connection).shared


def test_other_connections_are_others() -> None:
    connections, mine, theirs = Connections(), object(), object()
    _enter(connections, mine)

    assert not _in_another_thread(connections, theirs).shared


def test_who_leaves_first_does_not_hide_who_is_still_inside() -> None:
    connections, connection = Connections(), object()
    mine = _enter(connections, connection)
    theirs = _in_another_thread(connections, connection)
    connections.leave(mine)
    theirs.shared = False

    assert _enter(connections, connection).shared
    assert theirs.shared
