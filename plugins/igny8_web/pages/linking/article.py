"""One article and its links: what could be put in and why, what was put in, who links here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.costs import get_credit_cost
from igny8_lib.linker import reports
from igny8_lib.linker.overview import LinkCounts, Remembered, links_of, remembered
from igny8_lib.linker.preview import Preview, preview
from igny8_lib.linker.scores import CLUSTER, FEW_INLINKS, PHRASE, RANK, RELEVANCE
from igny8_lib.linker.stored_model import stored_model
from igny8_lib.models import Content, Operation, Site
from igny8_lib.review.versions import find_article
from igny8_lib.text.html import plain_text
from igny8_web.pages.content.states import ARTICLE_STATES
from igny8_web.pages.states import State
from igny8_web.pages.words import average, capfirst, number, plural

MOST_LINKS_HERE = 25
PARTS = (
    ("relevance", "About the same", RELEVANCE),
    ("phrase", "Names the target", PHRASE),
    ("rank", "Place among all", RANK),
    ("cluster", "Same cluster", CLUSTER),
    ("few_inlinks", "Few links to it", FEW_INLINKS),
)
"""The parts of a score: by which name they come, what people read, and how many points there are at most."""


@dataclass(frozen=True)
class Sentence:
    """A sentence, with the words that would be linked apart; without them where they are not found in it."""

    before: str
    anchor: str
    after: str

    @classmethod
    def of(cls, text: str, anchor: str) -> Sentence:
        """The first place of the anchor in the text."""
        whole, words = " ".join(text.split()), plain_text(anchor)
        before, found, after = whole.partition(words) if words else (whole, "", "")
        return cls(before, found, after)


@dataclass(frozen=True)
class CandidateRow:
    """A target that could be linked, at the place that fits best."""

    facts: Mapping[str, Any]
    """As the preview tells it."""
    others: int
    """Further places in the text for the same target."""

    @property
    def sentence(self) -> Sentence:
        """Where the link would stand."""
        return Sentence.of(self.facts["sentence"], self.facts["anchor"])

    @property
    def parts(self) -> Sequence[tuple[str, str]]:
        """Why it has its score: each part with its points and how many there are at most."""
        why = self.facts["why"]
        return [(name, f"{average(why.get(key, 0))} of {most}") for key, name, most in PARTS]

    @property
    def told(self) -> str:
        """What the parts were computed from."""
        why = self.facts["why"]
        inlinks = f"{plural(int(why.get('inlinks', 0)), 'article')} link to it"
        words = f"their words are alike by {number(100 * float(why.get('words', 0)))} of 100"
        if "vectors" not in why:
            return f"{words}; no embeddings were compared; {inlinks}."
        return f"{words}, their meaning by {number(100 * float(why['vectors']))} of 100; {inlinks}."

    @property
    def also(self) -> str:
        """That the target has other places, too."""
        return f"{plural(self.others, 'other place')} would do as well." if self.others else ""


@dataclass(frozen=True)
class Placing:
    """Links that were put in together."""

    key: str
    links: Sequence[Remembered]

    @property
    def there(self) -> int:
        """How many of them are in the text."""
        return sum(1 for each in self.links if each.link.removed_at is None)

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take out."""
        return self.there > 0

    @property
    def first(self) -> Any:  # noqa: ANN401 - a row of the record
        """One of them: who put them in, and when."""
        return self.links[0].link


@dataclass(frozen=True)
class ArticleView:
    """All that the page shows."""

    content: Content
    state: State
    counts: LinkCounts
    candidates: Sequence[CandidateRow]
    found: Preview
    price: Credits
    placings: Sequence[Placing]
    links_here: Sequence[Mapping[str, Any]]
    links_here_total: int

    @property
    def is_unread(self) -> bool:
        """Whether the Linker has put in links that are not counted yet."""
        return self.counts.out < self.counts.placed

    @property
    def none_heading(self) -> str:
        """What is said where there is no candidate."""
        return "Nothing more fits" if self.counts.placed else "Nothing fits"

    @property
    def none_text(self) -> str:
        """Why there is none, and what to do."""
        if self.counts.placed:
            return "What else its text names is linked already, or leaves no room by the site's settings."
        why = capfirst(self.found.reason_for_none)
        return f"{why}. Name other articles by their keyword or title in the text, or publish more."

    @property
    def chosen(self) -> int:
        """How many the Linker would put in by itself."""
        return sum(1 for each in self.candidates if each.facts["taken"])


def article_of(session: Session, site: Site, content_id: int) -> ArticleView:
    """The article with its candidates; a fixed number of statements. Raises NotFound."""
    content = find_article(session, site.id, content_id)
    found = preview(session, site.id, content_id, stored_model(session, site.id))
    here = reports.links_to(session, site.id, content_id, page_size=MOST_LINKS_HERE)
    return ArticleView(
        content,
        ARTICLE_STATES[content.status],
        links_of(session, site.id, [content_id])[content_id],
        candidates_of(found.rows()),
        found,
        get_credit_cost(session, Operation.LINKING),
        placings_of(remembered(session, site.id, content_id)),
        here.rows,
        here.total,
    )


def candidates_of(rows: Iterable[Mapping[str, Any]]) -> list[CandidateRow]:
    """A row for each target: the place that the Linker would take, else the best one. Those it would link first."""
    by_target: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_target.setdefault(row["target_id"], []).append(row)
    best = [(next((each for each in found if each["taken"]), found[0]), len(found) - 1) for found in by_target.values()]
    return [CandidateRow(facts, others) for facts, others in sorted(best, key=lambda each: not each[0]["taken"])]


def placings_of(rows: Sequence[Remembered]) -> list[Placing]:
    """Links by what they were put in with, the newest first."""
    return [Placing(key, list(links)) for key, links in groupby(rows, lambda each: each.link.placing)]
