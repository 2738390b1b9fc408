"""The lists of the Linker: articles with their links, orphans, links that lead nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.linker import reports
from igny8_lib.linker.overview import LinkCounts, Overview, links_of
from igny8_lib.linker.reports import Astray
from igny8_lib.models import ContentStatus, Site
from igny8_lib.review.queue import Sort, View, count_by_status, list_articles
from igny8_web.pages.content.rows import ArticleRow, filters_of, rows_of
from igny8_web.pages.states import State
from igny8_web.pages.tables import ON_A_PAGE, Column, Table
from igny8_web.pages.words import number, percent, web_address

COLUMNS = (
    Column("Article", Sort.TITLE, first_ascending=True),
    Column("State"),
    Column("Links in", right=True, tip="From other public articles of this site to it, whoever put them in."),
    Column("Links out", right=True, tip="To pages of this site, whoever put them in."),
    Column("Ours", right=True, tip="Links in its text that the Linker put in."),
    Column("Words", Sort.LONGEST, right=True),
    Column("Made", Sort.NEWEST, Sort.OLDEST, right=True),
)
WHYS = {
    Astray.GONE: State("bad", "x", "Not public"),
    Astray.MOVED: State("warn", "arrow", "Moved"),
    Astray.UNKNOWN: State("wait", "info", "No article"),
}


@dataclass(frozen=True)
class Tile:
    """A figure of the overview."""

    id: str
    label: str
    value: str
    how: str
    note: str = ""
    unit: str = ""


@dataclass(frozen=True)
class LinkedRow:
    """An article with its links."""

    row: ArticleRow
    links: LinkCounts

    @property
    def is_orphan(self) -> bool:
        """Whether readers can reach it by no link."""
        return self.links.into == 0 and self.row.facts["status"] == ContentStatus.PUBLISHED


@dataclass(frozen=True)
class BrokenRow:
    """A link that leads nowhere, or where its article no longer is."""

    facts: Mapping[str, Any]

    @property
    def state(self) -> State:
        """What is wrong with it."""
        return WHYS[Astray(self.facts["why"])]

    @property
    def url(self) -> str:
        """The address, where a browser may be sent there."""
        return web_address(self.facts["href"])

    @property
    def advice(self) -> str:
        """What is done about it, or has to be."""
        if self.facts["placed"]:
            return "The Linker put it in, and mends it by itself within minutes."
        if self.facts["why"] == Astray.MOVED:
            return f"Edit the article: its target is at {self.facts['now']} now."
        if self.facts["why"] == Astray.GONE:
            return "Edit the article and take the link out, or publish its target again."
        return "Look whether your website has this page; if not, edit the article."


def tiles_of(found: Overview) -> Sequence[Tile]:
    """The figures of a site."""
    share = percent(100 * found.embedded / found.read) if found.read else ""
    return (
        Tile("targets", "Targets", number(found.targets), "Public articles that others may link to."),
        Tile(
            "placed",
            "Links placed",
            number(found.placed),
            "Links that the Linker put in and that are still there.",
            f"{number(found.mended)} taken out, as their target is not public" if found.mended else "",
        ),
        Tile("orphans", "Orphans", number(found.orphans), "Public articles that no other public article links to."),
        Tile(
            "broken",
            "Broken links",
            number(found.broken),
            "Links of public and other articles to an article that is no longer public, or has moved.",
        ),
        Tile(
            "waiting",
            "Waiting",
            number(found.waiting),
            "Articles that changed and are not read yet: every minute some are, by themselves.",
        ),
        Tile(
            "embedded",
            "With embeddings",
            number(found.embedded),
            "Articles with a stored embedding: compared by meaning, too, the others by their words alone.",
            f"{share} of {number(found.read)} that were read" if found.read else "",
        ),
    )


def table_of(session: Session, site: Site, view: View, page: int) -> Table:
    """A page of the site's articles; seven statements."""
    found = list_articles(session, site.id, view, page=page, page_size=ON_A_PAGE)
    links = links_of(session, site.id, [facts["id"] for facts in found.articles])
    rows = [LinkedRow(row, links[row.facts["id"]]) for row in rows_of(found, {})]
    return Table(rows, page, found.total, filters_of(count_by_status(session, site.id, view)))


def orphans_of(session: Session, site: Site, page: int) -> Table:
    """A page of what nobody links to; two statements."""
    found = reports.orphans(session, site.id, page, ON_A_PAGE)
    rows = [row | {"url": web_address(row["href"])} for row in found.rows]
    return Table(rows, page, found.total)


def broken_of(session: Session, site: Site, page: int, *, with_unknown: bool) -> Table:
    """A page of links that lead nowhere; three statements."""
    found = reports.broken(session, site.id, page, ON_A_PAGE, with_unknown=with_unknown)
    return Table([BrokenRow(row) for row in found.rows], page, found.total)
