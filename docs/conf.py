"""Sphinx settings: Markdown pages, numpydoc docstrings, warnings as errors (see noxfile.py)."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import tables  # noqa: E402 - beside this file

tables.write(HERE / "tables")

project = "nx and rune"
author = "the nx and rune authors"
copyright = "2026, the nx and rune authors"
release = version = version_of("nx-core")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.doctest",
    "sphinx.ext.mathjax",
    "numpydoc",
    "rooms",
]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}

myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3

default_role = "py:obj"  # `sum` in a docstring is a link, where there is such a name
autodoc_typehints = "none"  # the docstrings say shape and dtype, which types can't
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
autosummary_generate = False

html_theme = "furo"
html_title = f"nx and rune {version}"
