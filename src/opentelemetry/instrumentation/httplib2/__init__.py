# SPDX-License-Identifier: Apache-2.0
"""Traces every HTTP request that httplib2 puts on the wire."""
