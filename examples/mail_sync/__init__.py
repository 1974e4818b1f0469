# SPDX-License-Identifier: Apache-2.0
"""An ordinary Gmail application: what a support team does with its mailboxes each morning.

It knows nothing of tracing: run under ``opentelemetry-instrument``, its Gmail calls are traced.
"""
