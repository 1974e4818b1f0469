# SPDX-License-Identifier: Apache-2.0
"""The methods of Gmail's API, one module for each resource; importing them registers them."""

from local_gmail.methods import drafts, history, labels, messages, profile, threads

__all__ = ["drafts", "history", "labels", "messages", "profile", "threads"]
