"""How what stands around the blocks looks: header, menu, footer, in each layout; articles and their lists."""

from __future__ import annotations

from igny8_lib.site_builder.rendering import TEMPLATES

LAYOUT_STYLE = "\n".join(TEMPLATES.get_template(f"{name}.css.jinja").render() for name in ("layouts", "articles"))
"""CSS on the theme's custom properties."""
