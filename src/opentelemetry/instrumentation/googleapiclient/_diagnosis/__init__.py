# SPDX-License-Identifier: Apache-2.0
"""From evidence to a cause, by rules: whether a retry helps, who acts, and how. Pure."""
