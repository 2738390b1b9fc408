"""Which articles a text can link to, and by which of its words: a fixed number of statements, whatever the site's size.

    text ─> runs of stems ─> owners of such phrases ─> the 60 with the surest ones ─> words, vectors, links of these
                                                                                 ─> scores ─> one anchor per paragraph

A target can only be linked where one of its phrases stands in the text, so the phrases are looked up first, and only
what they find is ranked. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy.orm import Session

from igny8_lib.linker.addresses import absolute, address
from igny8_lib.linker.anchors import Mention, Source
from igny8_lib.linker.owners import (
    VECTORS_OF_SAMPLE,
    Owner,
    Target,
    find_owners,
    find_sample,
    find_targets,
    find_vectors,
    language_and_domain,
)
from igny8_lib.linker.relevance import Relevance
from igny8_lib.linker.scores import fuse, score, specificity
from igny8_lib.linker.texts import Article
from igny8_lib.models import Content

THRESHOLD = 50
LIMIT = 40
MOST_TARGETS = 60
"""Articles that are ranked: those whose phrases name them most surely."""
ANCHORS_PER_TARGET = 4
"""Places offered for one target, so that one too near another link can be put off."""
BY_TEXT_ALONE = (
    "Related articles were found by their words alone: there are no embeddings of this article and of those."
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link that could be put into an article."""

    target_id: int
    """The article that it would lead to."""
    href: str
    title: str
    """Of the target."""
    anchor: str
    """The words that would be linked, as the HTML has them."""
    start: int
    end: int
    """Their span in the HTML, in characters."""
    sentence: str
    """Around the anchor, as a reader sees it."""
    score: int
    """0…100."""
    why: dict[str, int | float | str]
    """The parts of the score, by name, and what they were computed from."""


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates of an article, best first."""

    candidates: list[Candidate]
    by_text_alone: bool
    """Whether no embeddings helped."""

    @property
    def remark(self) -> str:
        """What people are told of how they were found; empty where there is nothing to tell."""
        return BY_TEXT_ALONE if self.by_text_alone else ""


def candidates(
    session: Session,
    site_id: int,
    content: Content,
    *,
    model: str = "",
    threshold: int = THRESHOLD,
    limit: int = LIMIT,
) -> Found:
    """The links that could be put into the text of an article of the site, best first, at most `limit`.

    `model` is the embedding model whose stored vectors are used; nothing is asked of anybody. Of each target and
    paragraph there is the best anchor; several targets can claim the same words. What scores below `threshold` is left
    out, and so are the article itself and what it links to already. A fixed number of statements.
    """
    language, domain = language_and_domain(session, site_id)
    text = Source(content.html, language)
    base = content.external_url or f"https://{domain}/"
    linked = frozenset(address(absolute(href, base)) for href, _ in text.links())
    owners = find_owners(session, site_id, text.codes)
    choice = Choice(content, text, linked, owners)
    targets = [target for target in find_targets(session, site_id, choice.surest) if target.address not in linked]
    sample = find_sample(session, site_id)
    article = Article.of(content, text)
    wanted = [article.digest, *(key for each in targets for key in keys(each))]
    kept = find_vectors(session, site_id, model, wanted + [key for key, _ in sample[:VECTORS_OF_SAMPLE]])
    relevance = Relevance.of(article, targets, kept, sample)
    ranked = Ranking(choice, relevance, targets).ranked()
    best = sorted((each for each in ranked if each.score >= threshold), key=Ranked.order)[:limit]
    return Found([candidate(text, each) for each in best], by_text_alone=not relevance.has_vectors)


def keys(target: Target) -> tuple[bytes, bytes]:
    """The digests of a target's texts that have vectors."""
    return target.digest, target.keyword_digest


@dataclass(frozen=True)
class Choice:
    """Whose phrases stand where in an article."""

    content: Content
    text: Source
    linked: frozenset[str]
    owners: Sequence[Owner]

    @cached_property
    def owners_of(self) -> dict[int, list[Owner]]:
        """The articles that are called by a phrase, by its number."""
        found: dict[int, list[Owner]] = {}
        for owner in self.owners:
            found.setdefault(owner.code, []).append(owner)
        return found

    @cached_property
    def mentions(self) -> dict[int, list[tuple[Mention, float]]]:
        """Where each article is mentioned, and how surely each mention names it; never the article itself."""
        found: dict[int, list[tuple[Mention, float]]] = {}
        own, owners_of = self.content.id, self.owners_of
        for mention in self.text.mentions(owners_of):
            length = mention.length
            for _, kind, content_id, rivals in owners_of[mention.code]:
                if content_id != own:
                    found.setdefault(content_id, []).append((mention, specificity(kind, length, rivals)))
        return found

    @cached_property
    def phrase(self) -> dict[int, float]:
        """How surely the surest mention of each article names it."""
        return {target: max([surely for _, surely in places]) for target, places in self.mentions.items()}

    @cached_property
    def surest(self) -> list[int]:
        """The articles that are ranked."""
        return sorted(self.phrase, key=lambda target: (-self.phrase[target], target))[:MOST_TARGETS]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place for a link to a target, with its score."""

    target: Target
    mention: Mention
    score: int
    why: dict[str, int | float | str]

    def order(self) -> tuple[int, int, int]:
        """The best first, then as they stand in the text."""
        return -self.score, self.mention.first, self.target.content_id


def candidate(text: Source, ranked: Ranked) -> Candidate:
    """A place in the HTML."""
    mention, target = ranked.mention, ranked.target
    start, end = text.blocks[mention.block].source(mention.start, mention.end)
    return Candidate(
        target_id=target.content_id,
        href=target.href,
        title=target.title,
        anchor=text.html[start:end],
        start=start,
        end=end,
        sentence=text.sentence(mention),
        score=ranked.score,
        why=ranked.why,
    )


@dataclass(frozen=True)
class Ranking:
    """Targets beside each other."""

    choice: Choice
    relevance: Relevance
    targets: Sequence[Target]
    fused: Mapping[int, float] = field(init=False)

    def __post_init__(self) -> None:
        lists = [
            [self.relevance.words(target) for target in self.targets],
            [self.choice.phrase[target.content_id] for target in self.targets],
        ]
        if self.relevance.has_vectors:
            lists.append([self.relevance.meaning(target) or 0.0 for target in self.targets])
        fused = fuse(lists)
        object.__setattr__(self, "fused", {each.content_id: fused[at] for at, each in enumerate(self.targets)})

    def ranked(self) -> Iterator[Ranked]:
        """The best places of every target, one per paragraph."""
        for target in self.targets:
            best: dict[int, Ranked] = {}
            for mention, surely in self.choice.mentions[target.content_id]:
                found = self.rank(target, mention, surely)
                if mention.block not in best or found.score > best[mention.block].score:
                    best[mention.block] = found
            yield from sorted(best.values(), key=Ranked.order)[:ANCHORS_PER_TARGET]

    def rank(self, target: Target, mention: Mention, surely: float) -> Ranked:
        """A target at a place."""
        cluster = self.choice.content.cluster_id
        points, why = score(
            self.relevance.likeness(target, mention),
            surely,
            self.fused[target.content_id],
            same_cluster=target.cluster_id is not None and target.cluster_id == cluster,
            inlinks=target.inlinks,
        )
        return Ranked(target, mention, points, why)
