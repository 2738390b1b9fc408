"""Hold ideas against everything that their site has, and note on each how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from igny8_lib.models import CompetitionVerdict, ContentIdea, IdeaStatus
from igny8_lib.planner import vectors
from igny8_lib.planner.competition import Judgement, Match, Page, SameMainKeyword, SameTitle, Way, doubtful_from, judge
from igny8_lib.planner.page_likeness import StemLikeness
from igny8_lib.planner.site_pages import page_of, pages_of
from igny8_lib.planner.title_beginnings import SameBeginning
from igny8_lib.planner.vector_likeness import VectorLikeness, rows_of, texts_of

if TYPE_CHECKING:
    from igny8_lib.planner.vectors import Rows


@dataclass(frozen=True)
class Held:
    """Against how many pages the ideas were held, and which of them are skipped now (ids)."""

    pages: int
    skipped: list[int]


@dataclass(frozen=True)
class Measure:
    """By what a site's pages are compared."""

    language: str
    threshold: float
    """Likeness from which a page competes."""
    model: str = ""
    """The embedding model whose vectors are kept; empty for words alone."""


def hold_ideas(session: Session, site_id: int, ideas: Sequence[ContentIdea], by: Measure) -> Held:
    """Hold locked ideas against the site's pages and against those of them that come before; their rows say how.

    An idea that people restored although a page was like it is not skipped for that page again. The result depends on
    the rows alone: a second call after a rollback ends alike.
    """
    pages = list(pages_of(session, site_id))
    plans = [page_of(idea) for idea in ideas]
    known = [*pages, *plans]
    rows = rows_of(known, lambda texts: vectors.rows(session, site_id, by.model, texts))
    ways = ways_of(by.language, known, by.threshold, rows)
    for page in pages:
        add(page, ways)
    for idea, plan in zip(ideas, plans, strict=True):
        note(idea, judge_held(plan, ways, by.threshold))
        if idea.status == IdeaStatus.NEW:
            add(plan, ways)
    session.flush()
    return Held(len(pages), [idea.id for idea in ideas if idea.status == IdeaStatus.SKIPPED])


def texts_to_hold(session: Session, site_id: int, ideas: Sequence[ContentIdea]) -> list[str]:
    """The texts whose vectors a comparison of these ideas wants."""
    return texts_of([*pages_of(session, site_id), *map(page_of, ideas)])


def ways_of(language: str, pages: Sequence[Page], threshold: float, rows: Rows | None = None) -> tuple[Way, ...]:
    """The ways to compare; `pages` are all that will be compared, `rows` their vectors where there are some."""
    likeness = StemLikeness(language, pages, doubtful_from(threshold))
    beginning = SameBeginning(language, doubtful_from(threshold))
    ways = (SameTitle(), SameMainKeyword(language), beginning, likeness)
    return ways if rows is None else (*ways, VectorLikeness(pages, rows, threshold))


def add(page: Page, ways: Sequence[Way]) -> None:
    """Hold the ideas to come against this page, too."""
    for way in ways:
        way.add(page)


def judge_held(plan: Page, ways: Sequence[Way], threshold: float) -> Judgement:
    """Judge among the pages that people did not overrule; where these are no reason, an overruled one makes it doubtful
    at most."""
    judgement = judge(plan, ways, threshold)
    if not plan.overruled or judgement.verdict != CompetitionVerdict.CLEAR:
        return judgement
    known = judge(replace(plan, overruled=frozenset()), ways, threshold)
    return replace(known, verdict=CompetitionVerdict.DOUBTFUL) if known.match else known


def note(idea: ContentIdea, judgement: Judgement) -> None:
    """Keep on the idea how it stands, and skip it where a page competes with it."""
    idea.competition_verdict = judgement.verdict
    idea.competition = judgement.match.as_json() if judgement.match else None
    if judgement.verdict == CompetitionVerdict.COMPETING and judgement.match:
        idea.status = IdeaStatus.SKIPPED
        idea.skipped_reason, idea.skipped_by = reason_of(judgement.match), None


def reason_of(match: Match) -> str:
    """Why an idea is skipped, as a sentence."""
    page = match.page
    return f"it competes with the {page.kind.value} {page.id} {page.title!r} ({match.by}, likeness {match.score:.2f})"
