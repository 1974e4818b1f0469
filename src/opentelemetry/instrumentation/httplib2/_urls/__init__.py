# SPDX-License-Identifier: Apache-2.0
"""URLs and other text: their parts, and what of them may leave the process. Pure."""
