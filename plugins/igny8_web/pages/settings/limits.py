"""A row per limit: what waits, and how many runs that takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.credits.costs import RUN_OPERATIONS
from igny8_lib.models import Module, Operation, Site
from igny8_lib.pipeline.snapshot import count_pending
from igny8_lib.pipeline.stages import STAGES, Stage
from igny8_web.pages.settings.form import Form
from igny8_web.pages.stages import StageLook, look
from igny8_web.pages.words import plural

MOST_MARKS = 12
IMAGES = 6
LONGEST = 10
"""Digits of the highest limit."""


@dataclass(frozen=True)
class LimitRow:
    """A stage: what it lets through, what waits, and what is good to know of it."""

    look: StageLook
    name: str
    """Of the limit's field."""
    unit: str
    pending: int
    runs: int
    """How many runs what waits takes; 0 where nothing waits, or the stage does not run."""
    words: str
    tip: str

    @property
    def marks(self) -> range:
        """A mark for each run, as far as they are drawn."""
        return range(min(self.runs, MOST_MARKS))


def rows_of(session: Session, site: Site, form: Form, modules: Mapping[Module, bool]) -> list[LimitRow]:
    """The rows; one statement for each stage."""
    approval = form.is_on("ideas_need_approval")
    waiting = [count_pending(session, stage.with_approval(needed=approval), site.id) for stage in STAGES]
    return [row_of(stage, pending, form, modules) for stage, pending in zip(STAGES, waiting, strict=True)]


def row_of(stage: Stage, pending: int, form: Form, modules: Mapping[Module, bool]) -> LimitRow:
    """One row, by what stands in the form."""
    limit = whole_number(form.values[stage.limit])
    off = why_off(stage, form, modules)
    runs = 0 if off or pending < stage.minimum else -(-pending // limit) if limit else 1
    return LimitRow(
        look(stage.number),
        stage.limit,
        stage.takes,
        pending,
        runs,
        "the stage is off" if off else words_of(stage, pending, runs),
        off or tip_of(stage, limit, form),
    )


def why_off(stage: Stage, form: Form, modules: Mapping[Module, bool]) -> str:
    """Why runs leave the stage out; empty where they do not."""
    if stage.module is not None and not modules[stage.module]:
        return f"The {stage.module.value} module of the account is off."
    return "" if form.is_on(f"stage_{stage.number}_enabled") else "Switched off above: what waits stays."


def words_of(stage: Stage, pending: int, runs: int) -> str:
    """How many runs it takes."""
    if not pending:
        return "none waits"
    return f"~{plural(runs, 'run')}" if runs else f"too few: {stage.minimum} are needed"


def tip_of(stage: Stage, limit: int, form: Form) -> str:
    """What is good to know."""
    if stage.operation is None:
        return "This stage is free."
    each = whole_number(form.values["images_per_content"])
    if stage.number == IMAGES and limit and each:
        return f"Enough for {plural(limit // each, 'article')} with {plural(each, 'image')}."
    return "" if limit else f"No limit: a run takes all {stage.takes} that wait, as far as the credits go."


def whole_number(text: str) -> int:
    """What was typed as a number; 0 where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else 0


NAMES: Mapping[Operation, tuple[str, str]] = dict(
    zip(
        RUN_OPERATIONS,
        (("f1", "Clustering"), ("f2", "Ideas"), ("f3", "Articles"), ("f4", "Image prompts"), ("f5", "Images")),
        strict=True,
    )
)
"""Colour and name of each operation of a run."""
