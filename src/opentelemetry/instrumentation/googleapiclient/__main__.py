# SPDX-License-Identifier: Apache-2.0
"""Explains errors that a log tells of: ``python -m opentelemetry.instrumentation.googleapiclient``.

It takes them from its arguments, or from standard input.
"""

import sys

from ._explanation.command_line import main

if __name__ == "__main__":
    sys.exit(main())
