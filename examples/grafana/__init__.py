# SPDX-License-Identifier: Apache-2.0
"""What a team with Grafana gets: dashboards and alert rules, written by code.

``python examples/grafana`` writes ``dashboards/`` and ``alerts/``. Names come from the
instrumentation, limits from :mod:`grafana.limits`, remedies from the diagnosis: none can drift.
"""
