"""What a landing site leads to."""

from __future__ import annotations

from igny8_lib.models import PageType, Template
from igny8_lib.site_builder.addresses import Addresses, path_of
from igny8_lib.site_builder.block_parts import page_parts
from igny8_lib.site_builder.blocks.parts import Button
from igny8_lib.site_builder.documents import SiteDocument
from igny8_lib.site_builder.menus import MenuLink


def main_action(site: SiteDocument, addresses: Addresses) -> MenuLink | None:
    """What a landing site's header shows instead of the menu: the first button of the home page, else the contact page.

    None for marketing sites, and where there is neither.
    """
    if site.template is not Template.LANDING:
        return None
    button = next((part for part in page_parts(site.home) if isinstance(part, Button)), None)
    if button:
        return MenuLink(button.label, from_anywhere(button.target, addresses))
    contact = next((page for page in site.pages if page.type is PageType.CONTACT), None)
    return MenuLink(contact.title, addresses.below(path_of(contact))) if contact else None


def from_anywhere(target: str, addresses: Addresses) -> str:
    """The address of a home page's link target as other pages of the site reach it."""
    return addresses.below(target) if target.startswith("#") else addresses.link(target)
