# SPDX-License-Identifier: Apache-2.0
"""How the mailbox says no."""


class Refused(Exception):  # noqa: N818
    """Bad input; the text is what Gmail says."""


class NotFound(Exception):  # noqa: N818
    """No such message, thread, draft, attachment or label."""


class Conflict(Exception):  # noqa: N818
    """The name of a label is taken."""
