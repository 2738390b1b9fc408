"""The sentence that the dashboard begins with."""

from __future__ import annotations

from igny8_lib.models import AutomationRun, RunStatus
from igny8_lib.pipeline.estimates import Estimate
from igny8_lib.pipeline.progress import Progress
from igny8_web.pages.stages import look
from igny8_web.pages.words import number


def headline(run: AutomationRun | None, progress: Progress | None, expected: Estimate | None) -> str:
    """What the active run does, or what the next one would do first."""
    if run and progress:
        return working(run, progress)
    for stage in expected.stages if expected else ():
        if stage.pending and stage.let_through:
            seen = look(stage.stage)
            return f"Ready for a run: {seen.name.lower()}, {number(stage.let_through)} {seen.facts.takes} first"
    return "Nothing waits for a run. Add keywords to begin."


def working(run: AutomationRun, progress: Progress) -> str:
    """What the active run does now."""
    stage = next((each for each in progress.stages if each.number == progress.current_stage), None)
    paused = run.status is RunStatus.PAUSED
    if stage is None:
        return f"Run #{run.run_number} {'is paused before its first stage' if paused else 'begins'}"
    seen, busy = look(stage.number), len(progress.in_work)
    parts = [f"{number(stage.finished)} of {number(stage.total)} {seen.facts.takes} done"]
    if busy and not paused:
        parts.append(f"{number(busy)} with the provider")
    if waiting := stage.remaining - busy:
        parts.append(f"{number(waiting)} waiting")
    state = f"Paused in {seen.facts.place}" if paused else seen.facts.place.capitalize()
    doing = f", {seen.name.lower()}" if seen.facts.is_numbered else ""
    return f"{state}{doing}: {', '.join(parts) if stage.total else 'about to begin'}"
