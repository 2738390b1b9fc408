"""A website's own pages as files: those of its structure, the one for addresses with nothing there, its documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from igny8_lib.models import PageType
from igny8_lib.site_builder.addresses import Addresses, path_of
from igny8_lib.site_builder.documents import Block, Page, SiteDocument
from igny8_lib.site_builder.head import Head, described, title_of
from igny8_lib.site_builder.images import Images
from igny8_lib.site_builder.rendering import HEADING, TEMPLATES, Card, Place, as_file, render_block
from igny8_lib.site_builder.sharing import shared_picture
from igny8_lib.site_builder.shell import shell_of
from igny8_lib.site_builder.site_files import structure_files
from igny8_lib.site_builder.structured_data import about_the_site, breadcrumbs
from igny8_lib.site_builder.words import words_in

NOT_FOUND = "404.html"


@dataclass(frozen=True)
class Body:
    """A page's blocks as HTML, and the heading that must stand before them: "" where the first block has it."""

    heading: str
    blocks: Markup


def render_pages(site: SiteDocument, base_url: str, images: Images, articles: Sequence[Card] = ()) -> dict[str, bytes]:
    """The site's files by their paths: its pages but the blog (which is the articles'), 404.html, its documents.

    `base_url` is the whole address of the site, `articles` the latest, newest first. The same structure gives the same
    bytes. Raises InvalidInput where `base_url` is no web address.
    """
    place = place_of(site, base_url, images, articles)
    pages = [page for page in site.pages if page.type is not PageType.BLOG]
    return {
        **{f"{path_of(page)}index.html": render_page(site, page, place) for page in pages},
        NOT_FOUND: render_not_found(site, place.addresses),
        **structure_files(site),
    }


def place_of(site: SiteDocument, base_url: str, images: Images, articles: Sequence[Card] = ()) -> Place:
    """What the site's blocks see around them. Raises InvalidInput where `base_url` is no web address."""
    return Place(Addresses.of(site, base_url), images, words_in(site.language), site.language, articles)


def render_page(site: SiteDocument, page: Page, place: Place) -> bytes:
    """The file of one page."""
    body = page_body(page, place)
    head = page_head(site, page, place, body.blocks)
    shell = shell_of(site, place.addresses, head, here=path_of(page))
    return as_file(
        TEMPLATES.get_template("structure_page.html.jinja").render(
            shell=shell, heading=body.heading, blocks=body.blocks
        )
    )


def page_body(page: Page, place: Place) -> Body:
    """The page's blocks under one heading of level 1: the first block's, or the page's title where it has none."""
    first = [render_block(block, place, 1) for block in page.blocks[:1]]
    headed = bool(first) and top_heading(first[0]) == 1
    others = [below_a_heading(block, place) for block in page.blocks[1 if headed else 0 :]]
    return Body("", Markup().join(first + others)) if headed else Body(page.title, Markup().join(others))


def below_a_heading(block: Block, place: Place) -> Markup:
    """A block whose heading is of level 2, and so are those of its items where it has no heading of its own."""
    html = render_block(block, place, 2)
    return render_block(block, place, 1) if top_heading(html) == 3 else html


def top_heading(html: str) -> int | None:
    """The level of the first heading; None where there is none."""
    found = HEADING.search(html)
    return int(found[1]) if found else None


def page_head(site: SiteDocument, page: Page, place: Place, blocks: str) -> Head:
    """What a page of the structure says in its head; `blocks` are rendered."""
    addresses = place.addresses
    url = addresses.whole(path_of(page))
    home = page.type is PageType.HOME
    return Head(
        title=title_of(page, site),
        description=described(page, site, blocks),
        canonical=url,
        picture=shared_picture(page, place),
        data=[
            about_the_site(site, addresses)
            if home
            else breadcrumbs([(site.home.title, addresses.base_url), (page.title, url)])
        ],
    )


def render_not_found(site: SiteDocument, addresses: Addresses) -> bytes:
    """The page that a server shows where there is nothing. Its addresses hold wherever it is shown."""
    words = words_in(site.language)
    head = Head(f"{words.not_found} | {site.name}", words.not_found_text, canonical="", indexed=False)
    shell = shell_of(site, addresses, head, here=NOT_FOUND)
    return as_file(TEMPLATES.get_template("not_found.html.jinja").render(shell=shell))
