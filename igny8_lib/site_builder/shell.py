"""What stands around the main part of every page: head, skip link, header, footer (templates/page.html.jinja)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from igny8_lib.models import PageType
from igny8_lib.site_builder.addresses import Addresses
from igny8_lib.site_builder.documents import SiteDocument
from igny8_lib.site_builder.head import Head
from igny8_lib.site_builder.landing import main_action
from igny8_lib.site_builder.menus import MenuLink, menu_of
from igny8_lib.site_builder.words import Words, direction, words_in

IN_LINE = 7
"""Pages that the header's line of links holds; where there are more, the last place opens the rest."""


@dataclass(frozen=True)
class Shell:
    """What templates/page.html.jinja needs. A template of its own extends it and fills the block `main`."""

    site: SiteDocument
    addresses: Addresses
    words: Words
    direction: str
    head: Head
    menu: Sequence[MenuLink]
    """All pages in order."""
    action: MenuLink | None
    """What the header of a landing site shows instead of the menu."""
    has_blog: bool

    @property
    def in_line(self) -> Sequence[MenuLink]:
        """The links in the header's line."""
        return self.menu if len(self.menu) <= IN_LINE else self.menu[: IN_LINE - 1]

    @property
    def folded(self) -> Sequence[MenuLink]:
        """The links that the header's last place opens."""
        return self.menu[len(self.in_line) :]


def shell_of(site: SiteDocument, addresses: Addresses, head: Head, *, here: str) -> Shell:
    """The shell of the page at a path inside the site: "" (home), "about/", "blog/some-article/", "404.html"."""
    return Shell(
        site=site,
        addresses=addresses,
        words=words_in(site.language),
        direction=direction(site.language),
        head=head,
        menu=menu_of(site, addresses, here),
        action=main_action(site, addresses),
        has_blog=any(page.type is PageType.BLOG for page in site.pages),
    )
