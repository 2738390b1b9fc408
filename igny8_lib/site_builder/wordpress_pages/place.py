"""What blocks see of the site around them where it is WordPress: pages by their addresses there, pictures by their
numbers in its media library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from igny8_lib.publishing.wordpress.content import Uploaded
from igny8_lib.site_builder.blocks.parts import Picture
from igny8_lib.site_builder.rendering import Place
from igny8_lib.text.figures import figure


@dataclass(frozen=True)
class PlaceInWordPress(Place):
    """`links` are the whole addresses of the pages by slug, `media` the pictures by the names that blocks give."""

    links: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, Uploaded] = field(default_factory=dict)

    def href(self, target: str) -> str:
        """The address that a link target leads to."""
        slug, hash_sign, anchor = target.removeprefix("page:").partition("#")
        if target.startswith("page:") and slug in self.links:
            return f"{self.links[slug]}{hash_sign}{anchor}"
        return super().href(target)

    def picture(self, picture: Picture, *, sizes: str, eager: bool = False) -> Markup:  # noqa: ARG002 - WordPress sizes
        """The picture as a figure of WordPress, which makes it fit by its number; "" for one that is not there."""
        there = self.media.get(picture.file)
        if there is None:
            return Markup()
        classes = {"figure": "wp-block-image", "img": f"wp-image-{there.media_id}"}
        html = figure(there.url, picture.alt, there.width, there.height, **classes)
        return Markup(html)  # noqa: S704 - figure() has escaped it
