"""Why nothing of a site can go live, whatever its dates say: its website is not connected."""

from __future__ import annotations

from igny8_lib.errors import Igny8Error
from igny8_lib.models import HostingType, Site
from igny8_web.website_connections import Connections

NO_CONNECTION = "This site is not connected with its WordPress: nothing can go live before it is."


def why_nothing_goes_live(site: Site, connections: Connections) -> str:
    """A sentence; empty where articles have a place to go to."""
    if site.hosting_type is HostingType.IGNY8:
        return ""
    if site.hosting_type is not HostingType.WORDPRESS:
        return f"Nothing can be published to a site hosted by {site.hosting_type.value} yet."
    try:
        return "" if connections.find(site.slug) else NO_CONNECTION
    except Igny8Error as problem:
        return f"The stored connection to WordPress cannot be used. {problem}"
