"""What pages tell search engines as data: JSON-LD of schema.org."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from igny8_lib.site_builder.addresses import Addresses
from igny8_lib.site_builder.documents import SiteDocument

CONTEXT = "https://schema.org"
ESCAPED = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}
"""What could end a script element, begin a comment or a reference in it, or a line of JavaScript."""


def as_script_data(document: Mapping[str, Any]) -> Markup:
    """JSON that may stand in a script element: nothing in it can end the element."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).translate(ESCAPED)
    return Markup(text)  # noqa: S704 - what HTML would read is escaped above


def organization(site: SiteDocument, addresses: Addresses) -> dict[str, Any]:
    """Whose site it is, as other documents name it."""
    return {
        "@type": "Organization",
        "@id": addresses.whole("#organization"),
        "name": site.name,
        "url": addresses.base_url,
        "logo": addresses.whole("assets/icons/apple-touch-icon.png"),
    }


def about_the_site(site: SiteDocument, addresses: Addresses) -> dict[str, Any]:
    """What the home page tells: the site and who is behind it."""
    website = {
        "@type": "WebSite",
        "@id": addresses.whole("#website"),
        "name": site.name,
        "url": addresses.base_url,
        "inLanguage": site.language,
        "publisher": {"@id": addresses.whole("#organization")},
    }
    if site.tagline:
        website["description"] = site.tagline
    return {"@context": CONTEXT, "@graph": [organization(site, addresses), website]}


def breadcrumbs(steps: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The way to a page: the names and whole URLs from the home page to itself."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": url}
            for number, (name, url) in enumerate(steps, start=1)
        ],
    }
