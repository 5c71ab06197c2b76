"""How the pages become a site: `sphinx-build -W --keep-going docs build/site`."""

from importlib.metadata import version as installed

project = "pytest-fakeaws"
author = "The pytest-fakeaws developers"
project_copyright = "The pytest-fakeaws developers, Apache-2.0"
release = version = installed("pytest-fakeaws")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
myst_heading_anchors = 3
exclude_patterns = ["README.md"]
default_role = "code"
nitpicky = False

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
add_module_names = False
toc_object_entries_show_parents = "hide"
napoleon_use_rtype = False

html_theme = "furo"
html_title = "pytest-fakeaws"
html_show_sourcelink = False
