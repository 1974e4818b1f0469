# SPDX-License-Identifier: Apache-2.0
"""What both layers stand on: guards, patching, spans, lazy patterns, caches."""
