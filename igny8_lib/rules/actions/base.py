"""What all kinds of actions have in common: what they are handed, and what they say.

    check      when a rule is saved       does it fit the trigger, do the items it names exist
    plan       when a rule is tested      what it would do now, and what that would cost; nothing is changed
    begin      when it is executed        a run, started through Airflow outside of any transaction
    open       when it is executed        anything else, in the transaction that also records it
    follow     until it has ended         None while it is under way

An action that has more items than one run or batch takes goes through them in parts: `part` counts from 0, and an end
that says `more` is followed by the next part. What cannot be done now and may be later is raised (SiteBusy,
BeingBuilt, TemporaryError): the same part is begun again then.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, TypeVar

from sqlalchemy.orm import Session

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.db.session import Sessions
from igny8_lib.models import RuleAction, RuleTrigger, Site
from igny8_lib.notifications.rule_notice import RuleNotice
from igny8_lib.rules.documents import Document, StepResult

MOST_AT_ONCE = 5_000
"""Items of one run or batch; more are worked in parts."""


@dataclass(frozen=True)
class WorkSite:
    """The site that is worked on."""

    id: int
    slug: str
    account_id: int

    @classmethod
    def of(cls, site: Site) -> WorkSite:
        """The same of a row."""
        return cls(site.id, site.slug, site.account_id)


@dataclass(frozen=True)
class Work:
    """One part of one action of one execution."""

    site: WorkSite
    execution_id: int
    rule_name: str
    trigger: RuleTrigger
    step: int
    """Which of the execution's actions, from 0."""
    part: int
    """Which part of its items, from 0."""
    matched_ids: Sequence[int]
    """All that matched, in their order, of every part."""
    left: Credits | None
    """What is left of the rule's limit; None where it has none."""
    dag_run_id: str | None = None
    """Of the run under way."""
    batch_id: int | None = None
    """Of the batch under way."""
    build_id: int | None = None
    """Of the build of a website under way."""

    @property
    def actor(self) -> str:
        """In whose name it is done."""
        return f"rule: {self.rule_name}"

    @property
    def token(self) -> str:
        """What a run is known by that was started for this part."""
        return f"rule-execution-{self.execution_id}-{self.step}-{self.part}"

    def asked(self, site: Site) -> Asked:
        """What it is asked for, on the row of its site."""
        return Asked(site, self.trigger, self.matched_ids)


@dataclass(frozen=True)
class Asked:
    """What an action is asked for: on which site, and what matched what."""

    site: Site
    trigger: RuleTrigger
    matched_ids: Sequence[int]


@dataclass(frozen=True)
class Doors:
    """How an action gets out of the library."""

    sessions: Sessions
    airflow: Callable[[], AirflowApi]
    tell: Callable[[RuleNotice], str]
    """Sends it to the account's people; a sentence of how that went. Raises nothing."""


@dataclass(frozen=True)
class Began:
    """A run, a batch or a build is under way; one of the three is named."""

    dag_run_id: str | None = None
    batch_id: int | None = None
    build_id: int | None = None
    after: Callable[[Doors], None] | None = None
    """What is done once that is committed; it raises nothing."""


@dataclass(frozen=True)
class Ended:
    """The part is over."""

    result: StepResult
    more: bool = False
    """Whether the next part follows."""
    after: Callable[[Doors], str] | None = None
    """What is done once the result is committed; its sentence takes the result's place."""


@dataclass(frozen=True)
class Plan:
    """What an action would do now."""

    items: int
    """How many it would take."""
    left_out: tuple[str, ...]
    """Why others are not taken, a sentence for each reason."""
    cost: Credits
    """At most, within the rule's limit."""
    sentence: str
    refused: str = ""
    """Why it would do nothing at all; empty where it would do something."""

    @classmethod
    def refusing(cls, reason: str, left_out: tuple[str, ...] = ()) -> Plan:
        """Of an action that would do nothing."""
        return cls(0, left_out, ZERO, reason, reason)


Params = TypeVar("Params", bound=Document)


class ActionKind(ABC, Generic[Params]):
    """One kind of action. `params` are its own model of `documents`.

    `begin` is of kinds that make runs, `open` of all others; `makes_run` says which one is to be called.
    """

    action: RuleAction
    makes_run: ClassVar[bool] = False
    is_paid: ClassVar[bool] = True

    @abstractmethod
    def check(self, session: Session, site: Site, trigger: RuleTrigger, params: Params, place: str) -> None:
        """Raises BadRule naming what does not fit, from `place` on ("actions.0.params.items")."""

    @abstractmethod
    def plan(self, session: Session, asked: Asked, params: Params, left: Credits | None) -> Plan:
        """What it would do now with so many credits (None: as many as there are). Changes nothing."""

    def begin(self, doors: Doors, work: Work, params: Params) -> Began | Ended:  # noqa: ARG002 - for kinds that have it
        """Start the part's run. A second call for the same part finds the run that the first one started.

        Raises what `run_now` raises: SiteBusy and TemporaryError where the same call can succeed later.
        """
        raise AssertionError(f"{self.action.value} makes no runs: it is opened")

    def open(self, session: Session, work: Work, params: Params) -> Began | Ended:  # noqa: ARG002
        """Do the part, or write down that it is to be done. Commits nothing."""
        raise AssertionError(f"{self.action.value} makes runs: it is begun")

    def follow(self, doors: Doors, work: Work, params: Params) -> Ended | None:  # noqa: ARG002
        """How the part that is under way ended; None while it goes on.

        Raises SiteBusy where its run found the site busy and did nothing: the part is begun again then.
        """
        raise AssertionError(f"{self.action.value} has ended as soon as it is done")

    def ended(self, status: Literal["completed", "failed", "skipped"], sentence: str, **more: Any) -> StepResult:  # noqa: ANN401
        """The result of a part: `run_id`, `batch_id`, `build_id` and `credits` where there are any."""
        return StepResult(action=self.action, status=status, sentence=sentence, **more)
