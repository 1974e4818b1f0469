# SPDX-License-Identifier: Apache-2.0
"""How Sphinx builds the documentation; ``.ci/nox -s docs`` runs it, with warnings as errors.

Sphinx with the theme of Read the Docs is what OpenTelemetry's Python projects use.
"""

from __future__ import annotations

from pathlib import Path

from opentelemetry.instrumentation.googleapiclient import __version__
from sphinx.application import Sphinx

project = "opentelemetry-instrumentation-googleapiclient"
author = "The opentelemetry-instrumentation-googleapiclient authors"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
]
html_theme = "sphinx_rtd_theme"
html_title = project
html_show_copyright = False

# GitHub makes anchors of headings, and so are links to them written.
myst_heading_anchors = 3
myst_enable_extensions = ["html_image"]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
# Every reference has to resolve, but for those into other projects: nothing is fetched for a build.
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"opentelemetry\.(?!instrumentation\.(googleapiclient|httplib2)).*"),
    ("py:.*", r"(collections|typing)\..*"),
]


def _relink(_: Sphinx, __: Path, ___: str, content: list[str]) -> None:
    """Let the links of a page of the repository's root hold where docs/ includes it."""
    content[0] = content[0].replace("](docs/", "](").replace('src="docs/', 'src="')
    content[0] = content[0].replace("](examples/", "](../examples/")


def setup(app: Sphinx) -> None:
    """Sphinx's hook for what a configuration can't say."""
    app.connect("include-read", _relink)
