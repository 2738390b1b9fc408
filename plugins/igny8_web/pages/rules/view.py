"""The wizard: a rule's form with all that it offers, its schedule in words, and the rule that it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from igny8_lib import clock
from igny8_lib.models import RuleTrigger
from igny8_lib.rules import cron
from igny8_lib.rules.documents import MOST_ACTIONS, MOST_CONDITIONS, BadRule
from igny8_lib.rules.facts import ITEM_WORDS
from igny8_lib.rules.planning import next_due
from igny8_web.pages.rules.offers import (
    SOURCES,
    STAGES,
    TRIGGERS,
    ActionOffer,
    ConditionOffer,
    Offered,
    action_offer,
    condition_offer,
)
from igny8_web.pages.rules.typed import Typed
from igny8_web.pages.words import plural

EXAMPLES: Offered = (
    ("0 6 * * *", "every day at 06:00"),
    ("0 6 * * 1-5", "Monday to Friday at 06:00"),
    ("0 7 * * 1", "every Monday at 07:00"),
    ("0 7 1 * *", "on the first of each month at 07:00"),
    ("0 * * * *", "every hour"),
)


@dataclass(frozen=True)
class Times:
    """A schedule in words; `wrong` where it cannot be read yet."""

    words: str = ""
    next: datetime | None = None
    warnings: Sequence[str] = ()
    wrong: str = ""


@dataclass(frozen=True)
class Stale:
    """Somebody else saved the rule meanwhile: both versions, and what the newer one says."""

    yours: int
    now: int
    sentence: str


@dataclass(frozen=True)
class Wizard:
    """The form of one rule."""

    typed: Typed
    zone: str
    rule_id: int | None
    """None for a rule that is not saved yet."""
    stale: Stale | None = None
    focus: str = ""
    """The field that people go on with."""

    @property
    def conditions(self) -> list[ConditionOffer]:
        """A row for each."""
        return [condition_offer(self.typed.trigger, place, row) for place, row in enumerate(self.typed.conditions)]

    @property
    def actions(self) -> list[ActionOffer]:
        """A row for each."""
        return [action_offer(self.typed.trigger, place, row) for place, row in enumerate(self.typed.actions)]

    @property
    def triggers(self) -> Offered:
        """What sets it off."""
        return TRIGGERS

    @property
    def stages(self) -> Offered:
        """Of a run."""
        return STAGES

    @property
    def sources(self) -> Offered:
        """Where articles come from."""
        return SOURCES

    @property
    def is_scheduled(self) -> bool:
        """Whether time sets it off."""
        return self.typed.trigger is RuleTrigger.SCHEDULE

    @property
    def examples(self) -> Offered:
        """Cron lines to begin with."""
        return EXAMPLES

    @property
    def always(self) -> str:
        """What holds where there is no condition."""
        one, _ = ITEM_WORDS[self.typed.trigger]
        return "it is done each time" if self.is_scheduled else f"it is done for each {one}"

    @property
    def times(self) -> Times:
        """When its schedule fires."""
        if not self.typed.schedule:
            return Times()
        try:
            line = cron.parse(self.typed.schedule)
        except BadRule as bad:
            return Times(wrong=str(bad).removeprefix(f"{bad.field}: "))
        return Times(line.describe(self.zone), next_due(line, self.zone, clock.now()), line.warnings)

    @property
    def has_room(self) -> tuple[bool, bool]:
        """Whether another condition, and another action, can be added."""
        return len(self.typed.conditions) < MOST_CONDITIONS, len(self.typed.actions) < MOST_ACTIONS

    @property
    def to_look_at(self) -> str:
        """How many fields are wrong; empty where none is."""
        count = len(self.typed.errors)
        return f"{plural(count, 'field')} {'needs' if count == 1 else 'need'} a look" if count else ""
