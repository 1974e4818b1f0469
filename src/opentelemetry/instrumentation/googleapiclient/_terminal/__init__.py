# SPDX-License-Identifier: Apache-2.0
"""The span exporter that draws calls of Google APIs in the terminal; extra ``[terminal]``.

Only ``exporter`` knows the OpenTelemetry SDK. ``display``, ``drawing``, ``layout``, ``summary`` and
``output`` need rich, and are loaded when an exporter is made.
"""
