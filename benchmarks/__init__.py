# SPDX-License-Identifier: Apache-2.0
"""What the instrumentation costs: ``.ci/nox -s bench`` measures it and prints a table.

Everything is a ratio of *added* times: what a side adds to one ``execute()``, against what another
side adds to the same, both of them timed in turns in one run on one machine. ``case`` lists what is
executed and where the telemetry goes.

==========  =====================================================================================
``bare``    nothing is instrumented; what every other side is compared with
``floor``   the spans of ``both``, written by hand
``wire``    the layer of httplib2 alone; for information
``call``    the layer of googleapiclient alone
``both``    both layers
``peer``    opentelemetry-instrumentation-google-api-client, in an environment of its own
==========  =====================================================================================
"""
