"""A run without Airflow: the same library calls in the order of the DAG's tasks."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import dropwhile
from math import inf
from pathlib import Path
from typing import Any

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Igny8Error
from igny8_lib.models import ACTIVE_RUN, AutomationRun, Trigger
from igny8_lib.pipeline import end_run, process_batch, runs, stage_tasks, work_stage
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.media import Media
from igny8_lib.pipeline.runs import Start
from igny8_lib.pipeline.snapshot import Snapshot

numbers = itertools.count(1)


def tools_for(sessions: Sessions, base_url: str, media: Path) -> Tools:
    """What a task process would bring along."""
    endpoint = Endpoint(base_url=base_url, api_key="test", text_model="sandbox-text-1", image_model="sandbox-image-1")
    return Tools(sessions=sessions, endpoint=endpoint, media=Media(media))


def begin(sessions: Sessions, slug: str, conf: Mapping[str, Any] | None = None) -> AutomationRun:
    """The body of the start task."""
    dag_run_id = f"test__{next(numbers)}"
    start = Start(slug, f"site__{slug}", dag_run_id, Trigger.MANUAL, "tester", conf or {})
    with sessions.begin() as session:
        return runs.begin(session, start)


def stage(tools: Tools, run_id: int, number: int) -> dict[str, Any] | None:
    """The bodies of one stage's tasks."""
    planned = stage_tasks.plan_stage(tools.sessions, run_id, number, "test", lambda: tools.endpoint)
    if not planned:
        return None
    work_stage.work(tools, run_id, number, planned[0], "test", seconds=inf)
    return stage_tasks.complete_stage(tools.sessions, run_id, number, "test")


def drive(tools: Tools, slug: str, conf: Mapping[str, Any] | None = None) -> AutomationRun:
    """A whole run; a stage that fails ends it as the DAG would."""
    run = begin(tools.sessions, slug, conf)
    document = runs.start_document(run)
    if run.status in ACTIVE_RUN and document["first_stage"]:
        try:
            way = Snapshot.model_validate(run.initial_snapshot).path
            for each in dropwhile(lambda each: each.number != document["first_stage"], way):
                stage(tools, run.id, each.number)
        except Igny8Error:
            pass
    end_run.finish(tools.sessions, run.id)
    with tools.sessions() as session:
        return session.get_one(AutomationRun, run.id)


@dataclass
class Batch(threading.Thread):
    """A batch in a thread of its own, as Airflow's task process would work it."""

    tools: Tools
    run_id: int
    number: int
    error: Igny8Error | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        try:
            process_batch.process_batch(self.tools, self.run_id, self.number, 0, "thread")
        except Igny8Error as error:
            self.error = error
