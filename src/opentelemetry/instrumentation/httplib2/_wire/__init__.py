# SPDX-License-Identifier: Apache-2.0
"""The life of a request on the wire: what is patched, and what is written down of each attempt."""
