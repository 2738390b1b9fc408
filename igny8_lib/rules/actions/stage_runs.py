"""Clustering keywords and planning ideas: the work of one stage, on chosen items or on whatever waits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from igny8_lib.models import RuleAction, RuleTrigger, Site
from igny8_lib.pipeline.chosen_items import require_waiting
from igny8_lib.pipeline.stages import stage
from igny8_lib.rules.actions.base import Asked
from igny8_lib.rules.actions.choosing import Selection, choose
from igny8_lib.rules.actions.matched import check_named, part_of, parts_of, require_fit, require_known
from igny8_lib.rules.actions.runs import RunKind
from igny8_lib.rules.documents import ItemParams

WAITING = "waiting"


class StageRun(RunKind[ItemParams]):
    """A run of one stage."""

    direct = True

    def __init__(self, action: RuleAction, number: int) -> None:
        self.action = action
        self.number = number

    def check(self, session: Session, site: Site, trigger: RuleTrigger, params: ItemParams, place: str) -> None:
        """What matched must be the stage's items, and ids those of the site."""
        check_items(session, site, trigger, self.action, self.number, params, f"{place}.params.items")

    def select(self, session: Session, asked: Asked, params: ItemParams, part: int) -> Selection:
        """The waiting ones of the part's items, or all that wait."""
        if params.items == WAITING:
            require_waiting(session, asked.site, self.number)
            return Selection((self.number,))
        ids = self.asked_ids(session, asked, params, part)
        if params.items != "matched":
            require_known(session, asked.site, stage(self.number).item, ids, stage(self.number).takes)
        return choose(session, asked.site, self.number, ids)

    def parts(self, asked: Asked, params: ItemParams) -> int:
        """As many as what matched needs."""
        return parts_of(asked.matched_ids) if params.items == "matched" else 1

    def asked_ids(self, session: Session, asked: Asked, params: ItemParams, part: int) -> Sequence[int]:  # noqa: ARG002
        """What matched, of this part, or the named ones."""
        if params.items == "matched":
            return part_of(asked.matched_ids, part)
        return () if isinstance(params.items, str) else params.items


def check_items(  # noqa: PLR0917 - a place and what is meant there
    session: Session, site: Site, trigger: RuleTrigger, action: RuleAction, number: int, params: ItemParams, place: str
) -> None:
    """Whether the items fit the action, which takes those of the stage. Raises BadRule."""
    if params.items == "matched":
        require_fit(trigger, action, place, WAITING)
    elif not isinstance(params.items, str):
        check_named(session, site, stage(number).item, params.items, stage(number).takes, place)
