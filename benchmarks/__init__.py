# SPDX-License-Identifier: Apache-2.0
"""What the instrumentation costs: ``.ci/nox -s bench`` measures it and prints a table.

What counts is the time that a side *adds* to a call, chunk or batch, and its ratio to what another
side adds to the same, both of them timed in turns, in blocks, in one run on one machine. ``case``
lists what is executed and where the telemetry goes. ``startup``, ``threads`` and ``huge_response``
measure something else; ``guard`` counts instead of timing.

==========  =====================================================================================
``bare``    nothing is instrumented; what every other side is compared with
``floor``   the spans of ``both``, written by hand
``wire``    the layer of httplib2 alone; for information
``call``    the layer of googleapiclient alone
``both``    both layers
``peer``    opentelemetry-instrumentation-google-api-client, in an environment of its own
==========  =====================================================================================
"""
