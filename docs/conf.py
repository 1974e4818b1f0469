# SPDX-License-Identifier: Apache-2.0
"""How Sphinx builds the documentation; ``.ci/nox -s docs`` runs it, with warnings as errors."""

from __future__ import annotations

import os
import re
from importlib.metadata import metadata
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
# A block without a language is output.
highlight_language = "none"
html_theme = "furo"
html_title = project
# "Source" of [project.urls] in pyproject.toml, the only place that has addresses.
_URLS = dict(one.split(", ") for one in metadata(project).get_all("Project-URL") or ())
if "Source" in _URLS:
    html_theme_options = {"source_view_link": f"{_URLS['Source']}/blob/main/docs/{{filename}}"}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_show_copyright = False

# GitHub makes anchors of headings, and so are links to them written.
myst_heading_anchors = 3

# Servers of the examples run only while somebody tries them.
linkcheck_ignore = [r"http://(localhost|127\.0\.0\.1)[:/]"]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
# Every reference has to resolve, but for those into other projects: nothing is fetched for a build.
nitpicky = True
nitpick_ignore_regex = [
    # The type of an instrumentor's keyword arguments: a page lists them.
    ("py:class", "Keywords"),
    ("py:.*", r"opentelemetry\.(?!instrumentation\.(googleapiclient|httplib2)).*"),
    ("py:.*", r"(collections|typing)\..*"),
]


_ROOT = Path(__file__).resolve().parents[1]
_LINK = re.compile(r"\[([^\]]*)\]\((?![a-z]+:|#)([^)#\s]+)([^)\s]*)\)")
_PAGES = {
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "index.md",
    "SECURITY.md": "security.md",
    "examples/README.md": "examples.md",
    "examples/collector/README.md": "collector.md",
    "examples/grafana/ALERTS.md": "alerts.md",
    "examples/grafana/README.md": "grafana.md",
    "examples/jaeger/README.md": "jaeger.md",
}
"""What is a page of the site although it stands outside of docs/: the page that includes it."""


def _relink(text: str, folder: Path) -> str:
    """Let links hold that lead from a folder to a page of the site, or to another file."""

    def relinked(link: re.Match[str]) -> str:
        label, target, anchor = link.groups()
        path = Path(os.path.relpath(folder / target, _ROOT))
        if (_ROOT / path).is_dir():
            path /= "README.md"
            if path.as_posix() not in _PAGES:
                return label  # GitHub shows folders, a site has none
        if path.as_posix() in _PAGES:
            path = Path("docs", _PAGES[path.as_posix()])
        return f"[{label}]({os.path.relpath(_ROOT / path, _ROOT / 'docs')}{anchor})"

    return _LINK.sub(relinked, text)


def _read(_: Sphinx, __: str, content: list[str]) -> None:
    content[0] = _relink(content[0], _ROOT / "docs")


def _include(_: Sphinx, path: Path, __: str, content: list[str]) -> None:
    content[0] = _relink(content[0], (_ROOT / "docs" / path).parent)


def setup(app: Sphinx) -> None:
    """Sphinx's hook for what a configuration can't say."""
    app.connect("source-read", _read)
    app.connect("include-read", _include)
