"""What a landing site leads to."""

from __future__ import annotations

from igny8_lib.site_builder.addresses import Addresses, path_of
from igny8_lib.site_builder.documents import PageType, SiteDocument, Template
from igny8_lib.site_builder.menus import MenuLink


def main_action(site: SiteDocument, addresses: Addresses) -> MenuLink | None:
    """The link that a landing site's header shows instead of the menu: its contact page. None for marketing sites, and
    where there is none."""
    if site.template is not Template.LANDING:
        return None
    contact = next((page for page in site.pages if page.type is PageType.CONTACT), None)
    return MenuLink(contact.title, addresses.below(path_of(contact))) if contact else None
