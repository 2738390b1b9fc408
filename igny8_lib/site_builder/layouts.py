"""How what stands around the blocks looks: header, menu, footer, in each layout."""

from __future__ import annotations

from igny8_lib.site_builder.rendering import TEMPLATES

LAYOUT_STYLE = TEMPLATES.get_template("layouts.css.jinja").render()
"""CSS on the theme's custom properties."""
