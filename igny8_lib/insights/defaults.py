"""What to expect of a run before the site has a history: a small run, as the pipeline's own estimate sees it.

The run that one request's worth of keywords grows into, through all stages, at the costs in force and with the site's
settings, but unlimited: cautious, since nothing of it fails and nothing is skipped. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from igny8_lib.insights.averages import Averages, Sums, add_up
from igny8_lib.pipeline.estimate_facts import WORDS_PER_ARTICLE, StageFacts
from igny8_lib.pipeline.estimates import StageEstimate, cascade
from igny8_lib.pipeline.forecast import input_of
from igny8_lib.pipeline.run_history import History
from igny8_lib.pipeline.snapshot import Snapshot
from igny8_lib.pipeline.stages import BY_NUMBER, STAGES, stage

KEYWORDS = STAGES[0].items_per_request
SECONDS_PER_BATCH = 120
"""A batch is made to be 30 to 120 seconds of work (SPEC §2)."""


def defaults_of(taken: Snapshot) -> Averages:
    """The small run's figures as averages of no runs."""
    usual = input_of(taken, words_per_article=WORDS_PER_ARTICLE, history=History())
    stages = cascade(replace(usual, stages=tuple(alone(each) for each in usual.stages)), budget=None)
    sums = {each.stage: sums_of(each) for each in stages}
    by_number = tuple(sums.get(each.number, Sums()) for each in BY_NUMBER)
    return Averages(runs_analyzed=0, whole=replace(add_up(sums.values()), runs=1), stages=by_number)


def alone(facts: StageFacts) -> StageFacts:
    """The stage with nothing that bounds it; keywords alone wait."""
    pending = KEYWORDS if facts.number == 1 else 0
    return replace(facts, pending=pending, limit=0, off="", needs_approval=False, unapproved=0)


def sums_of(expected: StageEstimate) -> Sums:
    """An estimated stage as the figures of one run."""
    batches = -(-expected.let_through // stage(expected.stage).default_batch_size)
    return Sums(
        runs=1,
        credits=expected.credits,
        processed=expected.let_through,
        created=expected.expected_output,
        seconds=float(batches * SECONDS_PER_BATCH),
        timed_items=expected.let_through,
    )
