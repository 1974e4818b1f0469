# SPDX-License-Identifier: Apache-2.0
"""The formats that the distributions export in; each module knows one."""
