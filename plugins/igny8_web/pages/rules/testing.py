"""What a rule would do now, in the words of the page: of a form that may not be complete yet, or of a stored rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.models import RuleTrigger, Site
from igny8_lib.rules.actions.base import Plan
from igny8_lib.rules.documents import BadRule, RuleDocument
from igny8_lib.rules.item import Item
from igny8_lib.rules.sentences import action_words, sentence
from igny8_lib.rules.testing import Tested, test
from igny8_web.pages.rules.typed import Typed
from igny8_web.pages.rules.written import DoesNotFit, document_of, reason_of
from igny8_web.pages.words import capfirst, number

SHOWN = 8
"""Items of each kind that are named."""
UNNAMED = "Not named yet"
"""What a rule is called in a test before anybody gave it a name."""


@dataclass(frozen=True)
class Shown:
    """A test as it is shown: `wrong` in place of what was found where the rule is not complete."""

    sentence: str = ""
    wrong: Sequence[str] = ()
    document: RuleDocument | None = None
    found: Tested | None = None

    @property
    def is_scheduled(self) -> bool:
        """Whether time sets it off: its item is the site, which needs no name."""
        return self.document is not None and self.document.trigger is RuleTrigger.SCHEDULE

    @property
    def plans(self) -> list[tuple[str, Plan]]:
        """What each action would do, under its own words."""
        if self.found is None or self.document is None:
            return []
        named = (capfirst(action_words(self.document.trigger, each)) for each in self.document.actions)
        return list(zip(named, self.found.plans, strict=False))

    @property
    def samples(self) -> Sequence[Item]:
        """Some that match."""
        return self.found.matches.samples[:SHOWN] if self.found and not self.is_scheduled else ()

    @property
    def others(self) -> Sequence[tuple[Item, tuple[str, ...]]]:
        """Some that do not, with the reasons."""
        return self.found.matches.others[:SHOWN] if self.found else ()

    @property
    def samples_told(self) -> str:
        """How many there are of those that match."""
        count = len(self.found.matches.ids) if self.found else 0
        return shown_of(len(self.samples), count)

    @property
    def others_told(self) -> str:
        """How many there are of the others."""
        count = self.found.matches.looked_at - len(self.found.matches.ids) if self.found else 0
        return shown_of(len(self.others), count)


def shown_of(shown: int, count: int) -> str:
    """How many of them are named."""
    return number(count) if count <= shown else f"{shown} of {number(count)}"


def test_of_form(session: Session, site: Site, typed: Typed, rule_id: int | None) -> Shown:
    """What the form's rule would do now; what it lacks where it is not complete. A name is not asked for."""
    try:
        document = document_of(typed, unnamed=UNNAMED)
    except DoesNotFit as problem:
        return Shown(wrong=list(problem.errors.values()))
    return test_of(session, site, document, rule_id)


def test_of(session: Session, site: Site, document: RuleDocument, rule_id: int | None) -> Shown:
    """What a rule would do now; nothing is executed."""
    said = sentence(document, site.timezone)
    try:
        return Shown(said, document=document, found=test(session, site, document, rule_id=rule_id))
    except BadRule as bad:
        return Shown(said, wrong=[reason_of(bad)])
