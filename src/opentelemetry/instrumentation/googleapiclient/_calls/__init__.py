# SPDX-License-Identifier: Apache-2.0
"""The life of an API call: what is patched, and what is written down of each call."""
