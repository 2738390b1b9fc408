"""What must hold of a site at rest, whatever its provider did or was killed: named queries for what breaks it.

`assert_invariants(sessions)` looks at the whole database, `assert_invariants(sessions, site_id)` at one site. Most
queries are in `invariants_money.py`, `invariants_runs.py` and `invariants_path.py`; here are those that need the
library: HTML, lengths, names, progress, files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Select, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import ACTIVE_RUN, AutomationRun, Cluster, Content, ContentIdea, Image, Keyword
from igny8_lib.pipeline.progress import progress_of
from igny8_lib.text.html import sanitise, without_title, word_count
from igny8_lib.text.names import clean_name, is_blank
from igny8_lib.text.normalisation import normalise
from tests.lib.pipeline.invariants_money import MONEY
from tests.lib.pipeline.invariants_path import PATH
from tests.lib.pipeline.invariants_runs import RUNS

QUERIES: Mapping[str, str] = MONEY | RUNS | PATH
SHOWN = 5
"""Rows of a broken invariant that the failure shows."""

Found = Iterator[tuple[object, ...]]
Chosen = TypeVar("Chosen", bound=Select[Any])


def assert_invariants(sessions: Sessions, site_id: int | None = None, media: Path | None = None) -> None:
    """Raise AssertionError that names every broken invariant, with the first rows of each.

    With `media`, the folder of the pictures' files, these are compared with the rows, too (for one whole database).
    """
    with sessions() as session:
        broken = {name: rows for name, rows in look(session, site_id) if rows}
        if media is not None and (rows := list(files_and_rows(session, media))):
            broken["every picture has its file, and every file its picture"] = rows
    told = [f"{name}: {len(rows)} rows, such as\n    " + shown(rows) for name, rows in broken.items()]
    assert not told, "\n".join([f"{len(told)} broken invariants", *told])


def shown(rows: list[tuple[object, ...]]) -> str:
    """The first rows."""
    return "\n    ".join(repr(row)[:500] for row in rows[:SHOWN])


def look(
    session: Session, site_id: int | None, only: str | None = None
) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """Each invariant, or only this one, with the rows that break it."""
    for name, query in QUERIES.items():
        if only in {None, name}:
            chosen = f"SELECT * FROM ({query}) AS broken WHERE CAST(:site AS bigint) IS NULL OR site_id = :site"  # noqa: S608 - our own constants
            yield name, [tuple(row) for row in session.execute(text(chosen), {"site": site_id})]
    for name, check in CHECKS.items():
        if only in {None, name}:
            yield name, list(check(session, site_id))


def of_site(query: Chosen, column: InstrumentedAttribute[int], site_id: int | None) -> Chosen:
    """The query, for one site where one is given."""
    return query if site_id is None else query.where(column == site_id)


def unclean_html(session: Session, site_id: int | None) -> Found:
    """Articles whose HTML cleaning would change."""
    for article in articles(session, site_id):
        if sanitise(article.html) != article.html:
            yield article.site_id, article.id, article.html


def titles_in_headings(session: Session, site_id: int | None) -> Found:
    """Articles with a heading that only repeats their title."""
    for article in articles(session, site_id):
        if without_title(article.html, article.title) != article.html:
            yield article.site_id, article.id, article.title


def other_lengths(session: Session, site_id: int | None) -> Found:
    """Articles whose word count is not the one measure's."""
    for article in articles(session, site_id):
        if (words := word_count(article.html)) != article.word_count:
            yield article.site_id, article.id, article.word_count, words


def doubled_titles(session: Session, site_id: int | None) -> Found:
    """Titles that two articles of a site have, as people would compare them."""
    titles = Counter((article.site_id, normalise(article.title)) for article in articles(session, site_id))
    yield from (key for key, times in titles.items() if times > 1)


def articles(session: Session, site_id: int | None) -> list[Content]:
    """The articles, whole."""
    return list(session.scalars(of_site(select(Content), Content.site_id, site_id)))


NAMES = (Cluster.name, ContentIdea.title, Content.title, Content.meta_title, Content.meta_description, Image.alt_text)


def unclean_names(session: Session, site_id: int | None) -> Found:
    """Names with something hidden in them, or nothing to see."""
    for column in NAMES:
        owner = column.class_
        for site, number, name in session.execute(
            of_site(select(owner.site_id, owner.id, column), owner.site_id, site_id)
        ):
            if clean_name(name) != name or is_blank(name):
                yield site, column.key, number, name


def other_keys(session: Session, site_id: int | None) -> Found:
    """Rows whose key of comparison is not that of their text."""
    for owner, column in ((Keyword, Keyword.text), (Cluster, Cluster.name), (ContentIdea, ContentIdea.title)):
        query: Select[Any] = select(owner.site_id, owner.id, column, owner.normalized)
        for site, number, name, key in session.execute(of_site(query, owner.site_id, site_id)):
            if normalise(name) != key:
                yield site, number, name, key


def open_percentages(session: Session, site_id: int | None) -> Found:
    """Ended runs that do not show 100 percent, or whose progress tells other credits than they do."""
    ended = select(AutomationRun).where(AutomationRun.status.not_in(ACTIVE_RUN))
    for run in session.scalars(of_site(ended, AutomationRun.site_id, site_id)):
        progress = progress_of(session, run)
        if progress.percentage != 100 or progress.credits_used != run.total_credits_used or progress.in_work:
            yield run.site_id, run.id, progress.percentage, progress.credits_used


CHECKS: Mapping[str, Callable[[Session, int | None], Found]] = {
    "HTML is within the allow-list": unclean_html,
    "no heading repeats its article's title": titles_in_headings,
    "an article's word count is the one measure's": other_lengths,
    "titles of articles are unique within a site": doubled_titles,
    "names say something and hide nothing": unclean_names,
    "texts are compared by their normal form": other_keys,
    "an ended run shows 100 percent and its credits": open_percentages,
}


def files_and_rows(session: Session, media: Path) -> Found:
    """Files without a generated picture, and pictures without their file or of another size than it."""
    there = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
    known = {str(file) for file in session.scalars(select(Image.file).where(Image.file.is_not(None)))}
    yield from ((name, "a file without its picture") for name in sorted(there - known))
    yield from ((name, "a picture without its file") for name in sorted(known - there))
