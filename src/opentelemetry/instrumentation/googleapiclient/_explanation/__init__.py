# SPDX-License-Identifier: Apache-2.0
"""Explains errors where an application catches them, or from what a log says of them.

Loaded when it is asked for. It imports neither the OpenTelemetry SDK nor googleapiclient.
"""
