# SPDX-License-Identifier: Apache-2.0
"""Plays one script of calls, responses and faults, and writes down all that an application sees.

Played without and with the instrumentation, both must have seen the same: a :class:`Script` says
what is called and what the server does (``script``, ``responses``, ``calls``, ``transports``),
:func:`play` runs it (``play``), ``sight`` describes values and exceptions so that they compare.
"""

from support.behaviour.instrumented import Setup, instrumented
from support.behaviour.play import Seen, Stage, play
from support.behaviour.script import Call, Script

__all__ = ["Call", "Script", "Seen", "Setup", "Stage", "instrumented", "play"]
