# SPDX-License-Identifier: Apache-2.0
"""A receiver of OTLP, and what it receives as plain values."""
