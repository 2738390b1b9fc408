"""Links are put into an article and paid for, in one transaction: both, or neither.

The article is locked for itself; what people saved a moment earlier is read, and who saves a moment later is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, NotFound
from igny8_lib.linker import journal
from igny8_lib.linker.choosing import Chosen, Rules, choose
from igny8_lib.linker.paying import Paying
from igny8_lib.linker.ranking import Candidate, Found, candidates
from igny8_lib.linker.running_text import RunningText
from igny8_lib.linker.splicing import Placement, insert
from igny8_lib.models import Content, ContentStatus, ImprovementSettings, Module, PlacedLink, Site, VersionKind
from igny8_lib.publishing.following import follow
from igny8_lib.review.versions import find_article, lock_version, save
from igny8_lib.sites.modules import require_module

SITE_LOCK = 0x49674C4E << 32
"""The advisory locks of the Linker: this, and the site's number. What is counted across articles is exact under it."""
NOT_LINKED = {ContentStatus.REJECTED: "is rejected", ContentStatus.FAILED: "has failed"}
NOTHING_FITS = "nothing in its text names another public article of the site"


@dataclass(frozen=True)
class Linked:
    """What was done with an article."""

    links: int
    credits: Credits
    version: int
    """The article's newest version now."""
    sentence: str
    placing: str | None = None
    """By which these links are known together; None where none was put in."""


@dataclass
class Work:
    """An article while links are put into it."""

    content: Content
    html: str
    base: str
    rules: Rules
    threshold: int
    model: str
    only: frozenset[int] | None
    not_again: Collection[int]
    """Targets to which people took a link out."""
    placed: list[PlacedLink] = field(default_factory=list)
    titles: dict[int, str] = field(default_factory=dict)
    left: Sequence[tuple[Candidate, str]] = ()

    def wanted(self, found: Found) -> list[Candidate]:
        """The candidates that are asked for: those that people chose, or all but what people did not want."""
        if self.only is not None:
            return [each for each in found.candidates if each.target_id in self.only]
        return [each for each in found.candidates if each.target_id not in self.not_again]


def process(
    sessions: Sessions,
    site_id: int,
    content_id: int,
    *,
    by: str,
    batch_id: int | None = None,
    run_id: int | None = None,
    only: Collection[int] | None = None,
    version: int | None = None,
    model: str = "",
    paying: Paying | None = None,
) -> Linked:
    """`link` in a transaction of its own."""
    with sessions.begin() as session:
        return link(
            session,
            site_id,
            content_id,
            by=by,
            batch_id=batch_id,
            only=only,
            version=version,
            model=model,
            paying=paying or Paying(run_id=run_id),
        )


def link(
    session: Session,
    site_id: int,
    content_id: int,
    *,
    by: str,
    batch_id: int | None = None,
    only: Collection[int] | None = None,
    version: int | None = None,
    model: str = "",
    paying: Paying | None = None,
) -> Linked:
    """Put links into an article, all that fit or those to the targets `only`, and charge for them where there are any.

    Done again it changes nothing and costs nothing. One article a transaction: it locks the article, and then the
    site's Linker until its end. `version` is the one that people chose the targets for; `model` names the embeddings
    that are compared. Raises NotFound, ModuleDisabled, Conflict for an article that is rejected or has failed,
    ChangedMeanwhile, InsufficientCredits, and what `paying` raises; then nothing is changed.
    """
    paying = paying or Paying()
    paying.fence(session)
    site = site_with_linker(session, site_id)
    content = lock(session, site_id, content_id, version)
    session.execute(select(func.pg_advisory_xact_lock(SITE_LOCK + site_id)))
    journal.refresh(session, content)
    work = prepare(session, site, content, model=model, only=only)
    put_in(session, work)
    if not work.placed:
        return Linked(0, ZERO, content.version, f"No link was put in: {why_none(work)}.")
    return keep(session, site, work, by=by, batch_id=batch_id, paying=paying)


def site_with_linker(session: Session, site_id: int) -> Site:
    """The site. Raises NotFound, and ModuleDisabled where its account has the Linker off."""
    site = session.get(Site, site_id)
    if site is None:
        raise NotFound(f"There is no site number {site_id}.")
    require_module(session, site.account_id, Module.LINKER)
    return site


def lock(session: Session, site_id: int, content_id: int, version: int | None) -> Content:
    """The article, locked. Raises NotFound, ChangedMeanwhile, and Conflict for one that is not linked."""
    if version is None:
        content = find_article(session, site_id, content_id, lock=True)
    else:
        content = lock_version(session, site_id, content_id, version)
    if content.status in NOT_LINKED:
        raise Conflict(f"The article {content.id} {content.title!r} {NOT_LINKED[content.status]}: it gets no links.")
    return content


def prepare(session: Session, site: Site, content: Content, *, model: str, only: Collection[int] | None = None) -> Work:
    """What is known of the article and its site before links are looked for."""
    known = session.get_one(ImprovementSettings, site.id, populate_existing=True)
    rules = Rules(known.links_per_1000_words, known.links_to_one_target)
    not_again = journal.targets_taken_out(session, content)
    wanted = None if only is None else frozenset(only)
    base = content.external_url or f"https://{site.domain}/"
    return Work(content, content.html, base, rules, known.link_threshold, model, wanted, not_again)


def put_in(session: Session, work: Work) -> None:
    """Choose and splice until nothing more fits: with the new links in the text other candidates score otherwise, and
    whoever looks again shall find nothing to do."""
    while True:
        _, chosen = look(session, work)
        work.left = chosen.left
        if not chosen.taken:
            return
        work.placed += [row_of(work, each) for each in chosen.taken]
        work.titles |= {each.target_id: each.title for each in chosen.taken}
        work.html = insert(work.html, [Placement(each.start, each.end, each.href) for each in chosen.taken])


def look(session: Session, work: Work) -> tuple[Found, Chosen]:
    """The candidates for the text as it is now, and what of the wanted ones is put in. Changes nothing."""
    article = as_it_would_be(work)
    found = candidates(session, article.site_id, article, model=work.model, threshold=work.threshold)
    wanted = work.wanted(found)
    uses = journal.count_uses(session, article, {each.target_id for each in wanted})
    return found, choose(RunningText(work.html), wanted, work.rules, uses, base=work.base)


def as_it_would_be(work: Work) -> Content:
    """The article with the links that are chosen so far; no row of the database."""
    columns = {column.key: getattr(work.content, column.key) for column in inspect(Content).column_attrs}
    return Content(**columns | {"html": work.html})


def row_of(work: Work, candidate: Candidate) -> PlacedLink:
    """The record of a link; who put it in is filled in when it is kept."""
    return PlacedLink(
        site_id=work.content.site_id,
        content_id=work.content.id,
        target_id=candidate.target_id,
        anchor=work.html[candidate.start : candidate.end],
        href=candidate.href,
        offset=candidate.start,
        score=candidate.score,
        why=dict(candidate.why),
    )


def keep(session: Session, site: Site, work: Work, *, by: str, batch_id: int | None, paying: Paying) -> Linked:
    """The next version with its links, their record, and their charge."""
    content = work.content
    placing = f"link/{content.id}/{content.linker_version + 1}"
    save(session, content, {"html": work.html}, kind=VersionKind.LINKED, by=by, note=counted(len(work.placed)))
    content.linker_version += 1
    for each in work.placed:
        each.placing, each.placed_by, each.batch_id = placing, by, batch_id
    session.add_all(work.placed)
    session.flush()
    journal.refresh(session, content)
    follows = follow(session, site, content, by=by)
    paid = paying.charge(session, site, content, key=placing, links=len(work.placed), by=by)
    told = f"{counted(len(work.placed))} put in, to {', '.join(f'“{title}”' for title in work.titles.values())}."
    sentence = " ".join(filter(None, (told, missed(work), follows.sentence)))
    return Linked(len(work.placed), paid, content.version, sentence, placing)


def counted(links: int) -> str:
    """How many links."""
    return f"{links} link{'' if links == 1 else 's'}"


def missed(work: Work) -> str:
    """Which of the chosen targets got no link, and why; "" where all did."""
    if work.only is None or not (missing := work.only - work.titles.keys()):
        return ""
    reasons = {each.target_id: reason for each, reason in reversed(work.left)}
    told = [f"{target} ({reasons.get(target, NOTHING_FITS)})" for target in sorted(missing)]
    return f"Not to {', '.join(told)}."


def why_none(work: Work) -> str:
    """Why nothing was put in."""
    if work.only is not None:
        return missed(work).removeprefix("Not to ").removesuffix(".") or "no target was chosen"
    reasons = Counter(reason for _, reason in work.left)
    return reasons.most_common(1)[0][0] if reasons else NOTHING_FITS
