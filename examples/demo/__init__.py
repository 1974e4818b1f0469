# SPDX-License-Identifier: Apache-2.0
"""The demo: an ordinary Gmail application fails in the documented ways; its telemetry says why."""
