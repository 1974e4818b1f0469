# SPDX-License-Identifier: Apache-2.0
"""What grows: threads, numbers of calls, parts and chunks, the size of a response.

Each of ``threads``, ``growth`` and ``bulk`` is a program that measures in a process of its own and
writes one JSON document; ``run`` runs them.
"""
