# SPDX-License-Identifier: Apache-2.0
"""The version of this distribution, read by hatchling and by both instrumentation scopes."""

__version__ = "0.1.0"
