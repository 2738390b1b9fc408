"""Writing articles: of chosen writing tasks, of ideas that become tasks first, or of all that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.models import RuleAction, RuleTrigger, Site, Task
from igny8_lib.pipeline import snapshot
from igny8_lib.pipeline.estimate_facts import QUEUE, WRITE
from igny8_lib.pipeline.forecast import input_of, words_of
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.run_history import history_of
from igny8_lib.pipeline.stages import stage
from igny8_lib.rules.actions.base import Asked, Plan
from igny8_lib.rules.actions.choosing import Selection, choose
from igny8_lib.rules.actions.matched import part_of, parts_of, require_known
from igny8_lib.rules.actions.pipeline_run import whatever_waits
from igny8_lib.rules.actions.runs import RunKind
from igny8_lib.rules.actions.stage_runs import WAITING, check_items
from igny8_lib.rules.documents import ItemParams


class GenerateContentKind(RunKind[ItemParams]):
    """Stage 4 on writing tasks. Ideas that matched take two runs for each part: stage 3 on them, and stage 4 on what
    became of them."""

    action = RuleAction.GENERATE_CONTENT

    def check(self, session: Session, site: Site, trigger: RuleTrigger, params: ItemParams, place: str) -> None:
        """What matched must be ideas or writing tasks, and ids those of the site's writing tasks."""
        check_items(session, site, trigger, self.action, WRITE, params, f"{place}.params.items")

    def select(self, session: Session, asked: Asked, params: ItemParams, part: int) -> Selection:
        """The waiting ones of the part's items, or all ideas and tasks that wait."""
        if params.items == WAITING:
            return whatever_waits(session, asked.site, (QUEUE, WRITE))
        ids = self.asked_ids(session, asked, params, part)
        if params.items != "matched":
            require_known(session, asked.site, stage(WRITE).item, ids, stage(WRITE).takes)
        return choose(session, asked.site, stage_of(asked, params, part), ids)

    def parts(self, asked: Asked, params: ItemParams) -> int:
        """As many as what matched needs, each twice where that are ideas."""
        if params.items != "matched":
            return 1
        return parts_of(asked.matched_ids) * (2 if brings_ideas(asked) else 1)

    def asked_ids(self, session: Session, asked: Asked, params: ItemParams, part: int) -> Sequence[int]:
        """What matched, of this part, or the named ones; after ideas the tasks that were made of them."""
        if params.items != "matched":
            return () if isinstance(params.items, str) else params.items
        if not brings_ideas(asked):
            return part_of(asked.matched_ids, part)
        ideas = part_of(asked.matched_ids, part // 2)
        return ideas if part % 2 == 0 else tasks_of(session, asked.site, ideas)

    def plan(self, session: Session, asked: Asked, params: ItemParams, left: Credits | None) -> Plan:
        """Of ideas that matched, the price of the tasks that they would become is added to that of those there are."""
        planned = super().plan(session, asked, params, left)
        if params.items != "matched" or not brings_ideas(asked) or planned.refused:
            return planned
        new = len(set(ids_waiting(session, asked.site, asked.matched_ids)))
        cost = planned.cost + article_price(session, asked.site) * new
        most = cost if left is None else min(cost, left)
        told = f"It would write {planned.items:,} articles, for about {most} credits."
        return replace(planned, cost=most, sentence=told)


def brings_ideas(asked: Asked) -> bool:
    """Whether what matched are ideas."""
    return asked.trigger is RuleTrigger.IDEA_CREATED


def stage_of(asked: Asked, params: ItemParams, part: int) -> int:
    """Which stage's run a part is."""
    return QUEUE if params.items == "matched" and brings_ideas(asked) and part % 2 == 0 else WRITE


def tasks_of(session: Session, site: Site, ideas: Sequence[int]) -> list[int]:
    """The writing tasks that were made of these ideas."""
    made = select(Task.id).where(Task.site_id == site.id, Task.idea_id.in_(ideas))
    return list(session.scalars(made.order_by(Task.id)))


def ids_waiting(session: Session, site: Site, ideas: Sequence[int]) -> list[int]:
    """The ideas that would become tasks, a part after the other."""
    parts = range(parts_of(ideas))
    return [each for part in parts for each in choose(session, site, QUEUE, part_of(ideas, part)).items]


def article_price(session: Session, site: Site) -> Credits:
    """What an article of the site is expected to cost."""
    taken = snapshot.take(session, site, RunOptions(stages=(QUEUE, WRITE)))
    words, history = words_of(session, site.id, taken), history_of(session, site.id)
    return input_of(taken, words_per_article=words, history=history).article_charge()
