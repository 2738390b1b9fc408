"""How good the links are that the labelled articles would get."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.linker.anchors import Source
from igny8_lib.linker.ranking import THRESHOLD, Candidate, candidates
from igny8_lib.linker.texts import Article
from igny8_lib.models import Content, Site
from igny8_lib.planner import vectors
from igny8_lib.sandbox.answers.embeddings import embed
from tests.lib.linker.labelled import Labelled, Topic, articles
from tests.lib.linker.pages import make_page, read_all


@dataclass(frozen=True)
class Measured:
    """Links by what they are."""

    right: int
    wrong: int
    wanted: int
    mistakes: tuple[str, ...] = ()

    def __add__(self, other: Measured) -> Measured:
        """Both together."""
        mistakes = self.mistakes + other.mistakes
        return Measured(self.right + other.right, self.wrong + other.wrong, self.wanted + other.wanted, mistakes)

    @property
    def precision(self) -> float:
        """Share of the links that are right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of the right links that are there."""
        return self.right / self.wanted


def publish(session: Session, site: Site, language: str, seed: int) -> list[tuple[Content, Labelled]]:
    """The labelled articles as public pages of a site, and read."""
    site.language = language
    made = [
        (make_page(session, site, each.title, each.topic.forms[0], each.html), each)
        for each in articles(language, seed)
    ]
    session.flush()
    read_all(session, site)
    return made


def embed_all(session: Session, site: Site, model: str, made: list[tuple[Content, Labelled]]) -> None:
    """Vectors of the articles and of what they are called, as the sandbox makes them."""
    read = [Article.of(content, Source(content.html, site.language)) for content, _ in made]
    texts = [text for each in read for text in (each.embedding_text, each.keyword_text)]
    asked = vectors.missing(session, site.id, model, texts)
    vectors.store(session, site.id, model, {text: embed(text, 512) for text in asked})


def chosen(found: list[Candidate]) -> list[Candidate]:
    """The best ones, one for each target and each word."""
    kept: list[Candidate] = []
    for each in found:
        apart = all(each.end <= other.start or each.start >= other.end for other in kept)
        if apart and all(each.target_id != other.target_id for other in kept):
            kept.append(each)
    return kept


@dataclass(frozen=True)
class Judge:
    """What links the labelled articles would get, whatever they score."""

    found: tuple[tuple[Labelled, tuple[Candidate, ...]], ...]
    topics: dict[int, Topic]
    only: frozenset[str] = frozenset()
    """The anchors that count; empty: all."""

    @classmethod
    def of(cls, session: Session, site: Site, made: list[tuple[Content, Labelled]], model: str = "") -> Judge:
        """Of the articles of a site."""
        found = tuple(
            (each, tuple(candidates(session, site.id, content, model=model, threshold=0, limit=200).candidates))
            for content, each in made
        )
        return cls(found, {content.id: each.topic for content, each in made})

    def counts(self, anchor: str) -> bool:
        """Whether links with this anchor are measured."""
        return not self.only or anchor.lower() in self.only

    def measure(self, threshold: int = THRESHOLD) -> Measured:
        """How many of the links from a score on are right."""
        right = wrong = wanted = 0
        mistakes = []
        for each, found in self.found:
            wanted += sum(self.counts(topic.forms[0]) for topic in each.right)
            for link in chosen([link for link in found if link.score >= threshold and self.counts(link.anchor)]):
                topic = self.topics[link.target_id]
                if topic in each.right:
                    right += 1
                else:
                    wrong += 1
                    mistakes.append(f"{each.title} → {topic.niche}/{topic.forms[0]} {link.score} {link.why}")
        return Measured(right, wrong, wanted, tuple(mistakes))
