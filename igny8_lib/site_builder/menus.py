"""The links in the header and footer of every page."""

from __future__ import annotations

from dataclasses import dataclass

from igny8_lib.site_builder.addresses import Addresses, path_of
from igny8_lib.site_builder.documents import SiteDocument


@dataclass(frozen=True)
class MenuLink:
    """A link of a menu; `current` is its aria-current: "page", "true" on pages below it, or ""."""

    title: str
    address: str
    current: str = ""


def menu_of(site: SiteDocument, addresses: Addresses, here: str) -> list[MenuLink]:
    """The links to all pages in order, as they stand on the page at a path inside the site."""
    return [MenuLink(page.title, addresses.below(path_of(page)), current(path_of(page), here)) for page in site.pages]


def current(path: str, here: str) -> str:
    """The aria-current of the link to a path on the page `here`."""
    if path == here:
        return "page"
    return "true" if path and here.startswith(path) else ""
