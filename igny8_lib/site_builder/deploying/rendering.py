"""All files of a site by their paths: what is rendered is held, what people and articles brought is read when asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from igny8_lib.site_builder.deploying.material import Material
from igny8_lib.site_builder.favicon import ICO, SVG, TOUCH, from_picture
from igny8_lib.site_builder.stored import Store, StoredFiles
from igny8_lib.site_builder.themes import light_scheme
from igny8_lib.site_builder.whole_site import render_site

ICONS = frozenset({ICO, TOUCH, SVG})


class SiteFiles(Mapping[str, bytes]):
    """The rendered files of a site, and those that the media store keeps, none of which is held."""

    def __init__(self, rendered: Mapping[str, bytes], stored: StoredFiles) -> None:
        self.rendered, self.stored = rendered, stored

    def __getitem__(self, path: str) -> bytes:
        """The file. Raises KeyError for an unknown path, FileNotFoundError where the store has lost it."""
        return self.rendered[path] if path in self.rendered else self.stored[path]

    def __contains__(self, path: object) -> bool:
        return path in self.rendered or path in self.stored.stored

    def __iter__(self) -> Iterator[str]:
        yield from self.stored
        yield from (path for path in self.rendered if path not in self.stored.stored)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def files_of(material: Material, store: Store, base_url: str) -> SiteFiles:
    """The site's files. The same material gives the same bytes.

    Raises InvalidInput where `base_url` is no web address, or two articles have one slug, and Refused where the icon's
    picture cannot be read.
    """
    rendered = render_site(
        material.document,
        base_url,
        images=material.images,
        articles=material.articles,
        icons=icons_of(material, store),
    )
    return SiteFiles(rendered, StoredFiles(store, material.stored))


def icons_of(material: Material, store: Store) -> dict[str, bytes] | None:
    """The icons of the chosen picture; None where they are drawn from the name's first letter: none was chosen, or the
    store has lost it, which the check of the site tells."""
    if material.icon is None:
        return None
    name, stored = material.icon
    try:
        data = store.read(stored)
    except FileNotFoundError:
        return None
    return from_picture(name, data, ground=light_scheme(material.document.theme).background)
