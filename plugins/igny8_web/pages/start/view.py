"""What the form shows: the site's own limits, the estimate, and whether a run could start."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.errors import Igny8Error
from igny8_lib.models import AutomationConfig, Site
from igny8_lib.pipeline.estimates import Estimate, StageEstimate
from igny8_lib.pipeline.forecast import forecast
from igny8_lib.pipeline.limits import Limits, RunOptions
from igny8_lib.pipeline.run_now import require_free, require_paid
from igny8_web.pages.held_back import FIELDS, LABELS, in_words
from igny8_web.pages.shares import Part, parts_of
from igny8_web.pages.stages import LOOKS, StageLook, look
from igny8_web.pages.states import State
from igny8_web.pages.words import credits_, number

TICKET_BYTES = 8


@dataclass(frozen=True)
class LimitField:
    """One limit of the form; `own` is the site's, in words."""

    name: str
    label: str
    own: str


@dataclass(frozen=True)
class StageRow:
    """What the run would do in one stage."""

    look: StageLook
    expected: StageEstimate

    @property
    def held(self) -> str:
        """What keeps the rest from passing; empty where everything passes and where nothing waits."""
        waits = self.expected.pending or self.expected.unapproved
        return in_words(self.expected.limited_by) if waits and self.expected.limited_by else ""


@dataclass(frozen=True)
class StartView:
    """A run that has not started."""

    slug: str
    name: str
    zone: str
    limits: Sequence[LimitField]
    expected: Estimate
    refusal: str
    """Why it would be refused; empty where it may start."""
    ticket: str

    @property
    def stages(self) -> Sequence[StageLook]:
        """The seven."""
        return LOOKS

    @property
    def rows(self) -> list[StageRow]:
        """The stages in order."""
        return [StageRow(look(each.stage), each) for each in self.expected.stages]

    @property
    def cost_parts(self) -> list[Part]:
        """The stages' parts of the credits."""
        paid = [row for row in self.rows if row.look.facts.operation]
        amounts = ((row.look, row.expected.credits) for row in paid)
        return parts_of((seen.colour, seen.name, credits_(amount), amount.hundredths) for seen, amount in amounts)

    @property
    def verdict(self) -> tuple[State, str]:
        """Whether the credits are enough, in a sentence."""
        expected, available = self.expected, credits_(self.expected.available)
        if self.refusal:
            return State("bad", "alert", "Cannot start"), self.refusal
        if not any(each.let_through for each in expected.stages):
            return State("wait", "inbox", "Nothing to do"), "Nothing waits in these stages: the run would end at once."
        if expected.balance_covers:
            buffered = credits_(expected.total + expected.buffer)
            cost = f"About {credits_(expected.total)} credits, {buffered} with a buffer of 20 %"
            return State("ok", "check", "Enough credits"), f"{cost}; {available} are available."
        short = f"Needs {credits_(expected.needed)} credits, {available} are available"
        return State("warn", "coin", "Not enough for all"), f"{short}: the run stops when they are used up."


def start_view(session: Session, site: Site, options: RunOptions) -> StartView:
    """The view for these options, in a fixed number of statements."""
    expected = forecast(session, site, options)
    own = Limits.of(session.get_one(AutomationConfig, site.id))
    return StartView(
        slug=site.slug,
        name=site.name,
        zone=site.timezone,
        limits=[limit_field(name, float(getattr(own, name))) for name in FIELDS],
        expected=expected,
        refusal=why_refused(session, site, options, expected),
        ticket=secrets.token_hex(TICKET_BYTES),
    )


def limit_field(name: str, own: float) -> LimitField:
    """A limit with the site's own value."""
    return LimitField(name, LABELS[name], number(own) if own else "unlimited")


def why_refused(session: Session, site: Site, options: RunOptions, expected: Estimate) -> str:
    """What starting would be answered now, empty where nothing keeps the run from it."""
    try:
        require_free(session, site, options)
        require_paid(expected, options)
    except Igny8Error as error:
        return str(error)
    return ""
