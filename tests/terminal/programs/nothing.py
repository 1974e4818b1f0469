# SPDX-License-Identifier: Apache-2.0
"""Ends with exit status 3."""

import sys

sys.exit(3)
