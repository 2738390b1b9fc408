"""What is wrong in a rendered site: found before anything is deployed, by file and line.

Only what is in the site is looked at: where links lead outside is not.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET

from igny8_lib.errors import InvalidInput
from igny8_lib.site_builder.releases.pages import Finding, PageFacts, read_page

REQUIRED = ("index.html", "404.html", "sitemap.xml", "robots.txt")
STYLE_SHEET = "assets/site.css"
OUTSIDE = frozenset({"http", "https", "mailto", "tel"})
"""What a link may lead to besides the site."""
IN_STYLE = re.compile(r"""url\(\s*["']?([^"')]*)|@import\s*["']([^"']*)""", re.IGNORECASE)
IN_XML = frozenset({"loc", "link", "guid", "url"})
SHOWN = 3


class SiteHasFaults(InvalidInput):
    """A site was not deployed: `findings` says all of what is wrong, and where."""

    http_status = 422

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        shown = "; ".join(str(one) for one in self.findings[:SHOWN])
        more = f"; and {len(self.findings) - SHOWN} more" if len(self.findings) > SHOWN else ""
        super().__init__(f"Nothing was deployed, as the site has {len(self.findings)} faults: {shown}{more}.")

    @property
    def facts(self) -> dict[str, object]:
        """The findings as JSON has them."""
        return {"findings": [vars(one) for one in self.findings]}


def require_sound(
    files: Mapping[str, bytes],
    base_url: str,
    *,
    required: Iterable[str] = (),
    elsewhere: Collection[str] = (),
    contrast: Iterable[object] = (),
) -> None:
    """Raises SiteHasFaults where `check_site` finds anything."""
    if findings := check_site(files, base_url, required=required, elsewhere=elsewhere, contrast=contrast):
        raise SiteHasFaults(findings)


def check_site(
    files: Mapping[str, bytes],
    base_url: str,
    *,
    required: Iterable[str] = (),
    elsewhere: Collection[str] = (),
    contrast: Iterable[object] = (),
) -> list[Finding]:
    """All that is wrong, sorted by file and line.

    `required` are files that must be there besides those of every site; `elsewhere` files that will be there but are
    not in `files` (what a changed part of a site leads to: their anchors are taken for granted); `contrast` what the
    theme's own check has found.
    """
    check = SiteCheck(files, base_url, frozenset(elsewhere))
    findings = list(check.run())
    needed = {*REQUIRED, *required}.difference(files, elsewhere)
    findings += [Finding(path, 0, "is missing") for path in needed]
    findings += [Finding(STYLE_SHEET, 0, f"contrast: {one}") for one in contrast]
    return sorted(set(findings))


@dataclass
class SiteCheck:
    """One look at all files of a site whose address is `base_url`, with a slash at its end."""

    files: Mapping[str, bytes]
    base_url: str
    elsewhere: frozenset[str]
    pages: dict[str, PageFacts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or not parts.path.endswith("/"):
            raise InvalidInput(f"{self.base_url!r} is no site's address: give http(s)://host/ with a slash at its end.")

    def run(self) -> Iterator[Finding]:
        """The findings of each file by itself, then those of what leads from one to another."""
        kinds: dict[str, Callable[[str, str], Iterator[Finding]]] = {
            ".html": self.html,
            ".xml": self.xml,
            ".json": self.json,
            ".css": self.css,
        }
        for path in self.files:
            if (look := kinds.get(posixpath.splitext(path)[1])) and not path.startswith("assets/documents/"):
                try:
                    text = self.files[path].decode("utf-8")
                except UnicodeDecodeError:
                    yield Finding(path, 0, "is not in UTF-8")
                else:
                    yield from look(path, text)
        for path, page in self.pages.items():
            for one in page.addresses:
                if reason := self.reason(path, one.address, is_resource=one.is_resource):
                    yield Finding(path, one.line, reason)

    def html(self, path: str, text: str) -> Iterator[Finding]:
        """A page alone."""
        self.pages[path] = read_page(path, text)
        yield from self.pages[path].findings

    def json(self, path: str, text: str) -> Iterator[Finding]:
        """JSON that cannot be read."""
        try:
            json.loads(text)
        except ValueError as error:
            yield Finding(path, getattr(error, "lineno", 0), f"is no JSON: {error}")

    def xml(self, path: str, text: str) -> Iterator[Finding]:
        """XML that cannot be read, and addresses in it that lead nowhere."""
        if "<!doctype" in text.lower():
            yield Finding(path, 0, "has a document type, which a sitemap or feed needs not")
            return
        try:
            root = ET.fromstring(text)  # noqa: S314 - it was rendered here, and has no document type
        except ET.ParseError as error:
            yield Finding(path, error.position[0], f"is no XML: {error}")
            return
        for element in root.iter():
            name = element.tag.rpartition("}")[2]
            address = (element.text or element.get("href") or "").strip()
            is_address = name in IN_XML and element.get("isPermaLink") != "false" and "://" in address
            if is_address and (reason := self.reason(path, address, is_resource=False)):
                yield Finding(path, 0, reason)

    def css(self, path: str, text: str) -> Iterator[Finding]:
        """What a style sheet fetches."""
        for found in IN_STYLE.finditer(text):
            address = found[1] or found[2] or ""
            if not address.startswith("data:") and (reason := self.reason(path, address, is_resource=True)):
                yield Finding(path, text.count("\n", 0, found.start()) + 1, reason)

    def reason(self, path: str, address: str, *, is_resource: bool) -> str | None:
        """Why an address in a file is wrong; None where it is right."""
        try:
            parts = urlsplit(urljoin(self.address_of(path), address.strip()))
        except ValueError:
            return f'"{address}" is no address'
        base = urlsplit(self.base_url)
        if (parts.scheme, parts.netloc) != (base.scheme, base.netloc):
            if is_resource:
                return f'fetches "{address}" from outside of the site'
            return None if parts.scheme in OUTSIDE else f'"{address}" is no address that a link may have'
        inside = parts.path or "/"
        if not inside.startswith(base.path):
            return f'"{address}" leads out of the site, which is below {base.path}'
        return self.inside(address, unquote(inside.removeprefix(base.path)), unquote(parts.fragment))

    def inside(self, address: str, place: str, anchor: str) -> str | None:
        """Why an address within the site is wrong."""
        file = f"{place}index.html" if place.endswith("/") or not place else place
        if file in self.elsewhere and file not in self.files:
            return None
        if file not in self.files:
            if f"{place}/index.html" in self.files or f"{place}/index.html" in self.elsewhere:
                return f'"{address}" lacks the slash at its end'
            return f'"{address}" leads to {file}, which is not there'
        if anchor and anchor != "top" and (page := self.pages.get(file)) and anchor not in page.ids:
            return f'"{address}" leads to the anchor "{anchor}", which {file} does not have'
        return None

    def address_of(self, path: str) -> str:
        """Where visitors see a file."""
        return self.base_url + path.removesuffix("index.html")
