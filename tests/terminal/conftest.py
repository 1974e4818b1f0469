# SPDX-License-Identifier: Apache-2.0
import sys
from pathlib import Path

# The test files share the handmade_*.py, which pytest's importlib mode would not find.
sys.path.insert(0, str(Path(__file__).parent))
