"""Where the parts of a website are: paths of files, addresses in links, whole URLs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from igny8_lib.errors import InvalidInput
from igny8_lib.models import PageType
from igny8_lib.site_builder.documents import Page, SiteDocument

BASE_URL = re.compile(r"https?://[^\s/?#@\\\"'<>]+(/[^\s/?#\\\"'<>]+)*/?")
"""Without query and fragment, and without an empty step, which would make addresses of other hosts ("//about/")."""
ELSEWHERE = ("http://", "https://", "mailto:", "tel:")
"""What links out of the site begin with."""


def path_of(page: Page) -> str:
    """The page's address below the site's: "" for the home page, "blog/" for the blog, else its slug and a slash."""
    if page.type is PageType.HOME:
        return ""
    return "blog/" if page.type is PageType.BLOG else f"{page.slug}/"


@dataclass(frozen=True)
class Addresses:
    """The addresses of one site: `base_url` is its whole URL with a slash at the end, `paths` the pages' by slug."""

    base_url: str
    paths: Mapping[str, str]

    @classmethod
    def of(cls, site: SiteDocument, base_url: str) -> Addresses:
        """The site's addresses. Raises InvalidInput where `base_url` is not a web address."""
        if not BASE_URL.fullmatch(base_url):
            raise InvalidInput(
                f'"{base_url}" cannot be the address of a site: give one such as "https://www.example.com/"'
            )
        whole = base_url if base_url.endswith("/") else f"{base_url}/"
        return cls(whole, MappingProxyType({page.slug: path_of(page) for page in site.pages}))

    @property
    def base(self) -> str:
        """The path that all addresses of the site begin with: "/", or "/some/path/"."""
        return urlsplit(self.base_url).path

    def below(self, path: str) -> str:
        """The address of a path inside the site, as links have it ("/some/path/about/")."""
        return f"{self.base}{path}"

    def whole(self, path: str) -> str:
        """The whole URL of a path inside the site."""
        return f"{self.base_url}{path}"

    def link(self, target: str) -> str:
        """The address that a link target of a structure leads to (parts.Link).

        A page that does not exist gets the address it would have: the check of the rendered site names the place of
        the link. Raises ValueError for what is no link target.
        """
        if target.startswith("page:"):
            slug, hash_sign, anchor = target.removeprefix("page:").partition("#")
            return self.below(self.paths.get(slug, f"{slug}/")) + hash_sign + anchor
        if target.startswith("#") or target.lower().startswith(ELSEWHERE):
            return target
        raise ValueError(f'"{target}" is no link: begin with page:, #, mailto:, tel:, http:// or https://')
