# SPDX-License-Identifier: Apache-2.0
"""Makes the description on the package index out of the README, whenever the package is built.

There, links that are relative lead nowhere. With ``Source`` in ``[project.urls]`` they lead to the
repository; without it, pictures and the list of pages are omitted, and links become their text.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from hatchling.metadata.plugin.interface import MetadataHookInterface

_END: Final = "<!-- The description on the package index ends here. -->"
_PICTURE: Final = re.compile(r"!\[([^\]]*)\]\((?!https:)([^)]*)\)(\n*)")
_LINK: Final = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https:)([^)]*)\)")


class Description(MetadataHookInterface):
    """Hatch's hook for metadata that ``pyproject.toml`` calls dynamic."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the description."""
        readme = Path(self.root, "README.md").read_text("utf-8")
        text = described(readme, metadata.get("urls", {}).get("Source"))
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def described(readme: str, source: str | None) -> str:
    """The README as the package index shows it.

    Args:
        readme: the README.
        source: the address of the repository, if it has one.
    """
    if source is None:
        shown = readme.partition(_END)[0]
        return _LINK.sub(r"\1", _PICTURE.sub("", shown)).rstrip() + "\n"
    shown = _PICTURE.sub(rf"![\1]({source}/raw/main/\2)\3", readme.replace(_END + "\n\n", ""))
    return _LINK.sub(rf"[\1]({source}/blob/main/\2)", shown)
