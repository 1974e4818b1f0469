# SPDX-License-Identifier: Apache-2.0
"""An error response taken apart, and what of it may leave the process. Pure."""
