"""How good articles are: what the analysis is told of them, and its scores beside them, never older than the text.

Whoever writes a text, or changes what is analysed beside it, scores it in the same transaction. Articles from before
that, and what other facts of their site changed since, are scored when somebody asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Integer, cast, exists, func, literal, select, update
from sqlalchemy.orm import Session

from igny8_lib.analysis.analyse import analyse
from igny8_lib.analysis.facts import Facts, PictureFacts
from igny8_lib.analysis.results import Analysis, Part, Weights
from igny8_lib.models import Content, ContentSource, Image, ImageKind, ImageStatus, ImprovementSettings, Site
from igny8_lib.models import WordPressOriginal as Original
from igny8_lib.review import rows

PARTS = tuple(part.value for part in Part)


def weights_of(session: Session, site_id: int) -> Weights:
    """What each part counts of a site's overall scores; one statement."""
    columns = [getattr(ImprovementSettings, f"{part}_weight") for part in PARTS]
    row = session.execute(select(*columns).where(ImprovementSettings.site_id == site_id)).one()
    return Weights(*row)


def facts_of(session: Session, site_id: int, contents: Sequence[Content]) -> dict[int, Facts]:
    """What the analysis is told of each article beside its HTML, by article; three statements, however many.

    Of imported content empty meta fields are not known, for WordPress keeps them elsewhere: nothing is said of them.
    """
    language, domain = session.execute(select(Site.language, Site.domain).where(Site.id == site_id)).one()
    pictures = pictures_of(session, site_id, [content.id for content in contents])
    return {
        content.id: Facts(
            language=language,
            title=content.title,
            slug=content.slug,
            meta_title=content.meta_title or ("" if content.source is ContentSource.IGNY8 else None),
            meta_description=content.meta_description or ("" if content.source is ContentSource.IGNY8 else None),
            primary_keyword=content.primary_keyword,
            secondary_keywords=tuple(content.secondary_keywords),
            pictures=tuple(pictures[content.id]),
            hosts=hosts_of(domain, content.external_url),
        )
        for content in contents
    }


def pictures_of(session: Session, site_id: int, ids: Sequence[int]) -> Mapping[int, list[PictureFacts]]:
    """The pictures that visitors see beside those in the HTML, by article: drawn ones, and the featured image that
    WordPress has; two statements."""
    found = defaultdict[int, list[PictureFacts]](list)
    drawn = select(Image.content_id, Image.alt_text, Image.kind, Image.position).where(
        Image.site_id == site_id, Image.content_id.in_(ids), Image.file.is_not(None)
    )
    for row in session.execute(drawn.order_by(Image.content_id, Image.position)):
        found[row.content_id].append(PictureFacts(row.alt_text, row.kind is ImageKind.FEATURED, row.position))
    theirs = (
        select(Original.content_id, Original.facts["featured"]["alt"].astext.label("alt"))
        .join(Content, (Content.id == Original.content_id) & (Content.site_id == Original.site_id))
        .where(Original.site_id == site_id, Original.content_id.in_(ids), Content.source != ContentSource.IGNY8)
    )
    for row in session.execute(theirs):
        if row.alt is not None:
            found[row.content_id].append(PictureFacts(row.alt, is_featured=True, position=0))
    return found


def hosts_of(domain: str, url: str | None) -> frozenset[str]:
    """The hosts of the article's own website: links there are internal ones."""
    own = domain.lower().removeprefix("www.")
    return frozenset({own, f"www.{own}", *([host] if (host := host_of(url or "")) else [])})


def host_of(url: str) -> str:
    """The host that an address names; empty where it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def analyse_article(session: Session, site_id: int, content_id: int) -> Analysis:
    """An article as it is now, analysed now; nothing is stored. The places are offsets in its HTML.

    Raises NotFound, also for another site's.
    """
    return analyse_content(session, rows.find(session, Content, site_id, content_id, "article", lock=False))


def analyse_content(session: Session, content: Content, html: str | None = None) -> Analysis:
    """An article of a session, analysed with its own HTML or with another one; three statements."""
    (facts,) = facts_of(session, content.site_id, [content]).values()
    return analyse(content.html if html is None else html, facts)


def score(session: Session, site_id: int, contents: Sequence[Content]) -> None:
    """Give articles the scores of what they say now; four statements to read, and one to write at the next flush.

    The articles are new or locked by the caller, so that no scores stand beside a text that they are not of.
    """
    if not contents:
        return
    session.flush()
    weights, facts = weights_of(session, site_id), facts_of(session, site_id, contents)
    for content in contents:
        content.optimization_scores = scores_of(analyse(content.html, facts[content.id]), weights, content.version)


def scores_of(analysis: Analysis, weights: Weights, text_version: int) -> dict[str, object]:
    """An analysis as it is kept: without sentences and places, which follow from the text."""
    return {
        "version": analysis.version,
        "digest": analysis.digest,
        "text_version": text_version,
        **{part: getattr(analysis, part) for part in PARTS},
        "overall": analysis.overall(weights),
        "checks": {check.name: check.points for check in analysis.checks},
    }


def score_each(session: Session, site_id: int, ids: Sequence[int]) -> list[Content]:
    """Lock and score those of the articles that the site has, in the order of their ids."""
    query = select(Content).where(Content.site_id == site_id, Content.id.in_(ids)).order_by(Content.id)
    contents = session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    score(session, site_id, contents)
    session.flush()
    return list(contents)


def score_pictures(session: Session, site_id: int, content_id: int) -> None:
    """Score an article whose pictures were changed, once none of them waits to be drawn any more.

    The article is locked first: of two that draw its last two pictures at once, the later one sees both.
    """
    session.flush()
    mine = (Content.site_id == site_id, Content.id == content_id)
    session.execute(select(Content.id).where(*mine).with_for_update())
    pending = exists().where(Image.site_id == site_id, Image.content_id == content_id)
    if not session.scalar(select(pending.where(Image.status == ImageStatus.PENDING))):
        score_each(session, site_id, [content_id])


def weigh_anew(session: Session, site_id: int) -> None:
    """Make the overall scores of all articles anew with the weights of now, from the parts that are stored; one
    statement after the weights' own. Rows are locked in the order of their ids, as everywhere."""
    weights = weights_of(session, site_id)
    mine = (Content.site_id == site_id, Content.score.is_not(None))
    locked = select(Content.id).where(*mine).order_by(Content.id).with_for_update().cte("locked")
    overall = func.jsonb_build_object("overall", overall_of(weights))
    session.execute(
        update(Content)
        .where(*mine, Content.id.in_(select(locked.c.id)))
        .values(optimization_scores=Content.optimization_scores.concat(overall))
        .execution_options(synchronize_session=False)
    )


def overall_of(weights: Weights) -> ColumnElement[int]:
    """`Analysis.overall` in the database: the weighted mean of the stored parts, rounded half up."""
    total = weights.total
    doubled: ColumnElement[int] = literal(total)
    for part in Part:
        doubled += 2 * weights.of(part) * cast(Content.optimization_scores[part.value].astext, Integer)
    return doubled // (2 * total)
