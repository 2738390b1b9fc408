"""Each AI function through each fault of the faulty provider, alone and mixed: then a clean run finishes the rest, and
all invariants hold after each."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.ai.errors import AnswerInvalid, AnswerRefused, ContentFiltered, RequestRejected
from igny8_lib.db.session import Sessions
from igny8_lib.errors import ProviderUnavailable
from tests.faulty_provider import FAULTS, FaultyProvider
from tests.lib.ai.test_faulty_provider import EXPECTED
from tests.lib.pipeline.faulty import TIMEOUT, faulty_tools, finish_cleanly, run_and_check, states
from tests.lib.pipeline.ready import ready_site

STAGES = (1, 2, 4, 5, 6)
"""Those with an AI function."""
ITEMS_PER_REQUEST = {1: 20, 2: 5}
FINAL = (AnswerRefused, ContentFiltered, RequestRejected)
"""Failures of one item that nothing mends within the run."""
FUNDS = 100_000
"""Credits: enough for every request's share of a run."""
SLOW = frozenset({"slow_drip"})
"""They need a short time-out, which has a test of its own."""
TWICE = frozenset({"error_429_forever"})
"""It asks to wait for longer than a request may take, so it is given up at once."""


def fits(fault: str, number: int) -> bool:
    """Whether the fault can be met by a stage."""
    return FAULTS[fault].path in {"any", "image" if number == 6 else "chat"}


def stops(fault: str) -> bool:
    """Whether it ends the run: the provider refuses everything."""
    return issubclass(EXPECTED.get(fault, AnswerInvalid), ProviderUnavailable)


def fails(fault: str, number: int) -> bool:
    """Whether an item that met it once cannot be done in the same run. What holds several is asked in halves."""
    kind = EXPECTED.get(fault)
    if kind is None:
        return False
    return (
        (issubclass(kind, FINAL) and number not in ITEMS_PER_REQUEST)
        or fault in TWICE
        or (number == 6 and issubclass(kind, AnswerInvalid))
    )


SPREAD = [fault for fault in FAULTS if not stops(fault) and fault not in SLOW]
STOPPING = [fault for fault in FAULTS if stops(fault)]


@pytest.mark.parametrize("number", STAGES)
def test_each_fault_that_comes_once_costs_at_most_its_own_item(sessions: Sessions, tmp_path: Path, number: int) -> None:
    faults = [fault for fault in SPREAD if fits(fault, number)]
    items = len(faults) * ITEMS_PER_REQUEST.get(number, 1)
    with FaultyProvider(spread=faults, times=1) as provider:
        tools = faulty_tools(sessions, provider, tmp_path)
        site = ready_site(tools, number, items=items, funds=FUNDS, images_per_content=2)
        run = run_and_check(tools, provider, site, stages=[number])
        assert provider.given.keys() == set(faults)
        found = states(tools, run, number)
        wrong = {
            fault: found[at]
            for at, fault in enumerate(faults)
            if found[at] != {"failed" if fails(fault, number) else "done"}
        }
        assert not wrong
        finish_cleanly(tools, provider, site, stages=[number])


@pytest.mark.parametrize("number", STAGES)
def test_each_fault_that_never_ends_is_told_and_a_clean_run_makes_up_for_it(
    sessions: Sessions, tmp_path: Path, number: int
) -> None:
    faults = [fault for fault in SPREAD if fits(fault, number) and EXPECTED.get(fault)]
    items = len(faults) * ITEMS_PER_REQUEST.get(number, 1)
    with FaultyProvider(spread=faults) as provider:
        tools = faulty_tools(sessions, provider, tmp_path)
        site = ready_site(tools, number, items=items, funds=FUNDS, images_per_content=2)
        run = run_and_check(tools, provider, site, stages=[number])
        assert run.stopped_reason in {"provider_unavailable", "stage_failed"}
        assert not [at for at, found in states(tools, run, number).items() if "done" in found]
        finish_cleanly(tools, provider, site, stages=[number])


@pytest.mark.parametrize("number", STAGES)
def test_a_provider_that_refuses_everything_ends_each_run_and_the_mended_one_finishes(
    sessions: Sessions, tmp_path: Path, number: int
) -> None:
    with FaultyProvider() as provider:
        tools = faulty_tools(sessions, provider, tmp_path)
        items = ITEMS_PER_REQUEST.get(number, 2)
        site = ready_site(tools, number, items=items, funds=FUNDS, images_per_content=2)
        for fault in (fault for fault in STOPPING if fits(fault, number)):
            provider.fault = fault
            run = run_and_check(tools, provider, site, stages=[number])
            assert run.stopped_reason == "provider_unavailable"
            assert run.total_credits_used.hundredths == 0
        finish_cleanly(tools, provider, site, stages=[number])


def test_an_answer_that_drips_too_slowly_is_a_time_out(sessions: Sessions, tmp_path: Path) -> None:
    with FaultyProvider("slow_drip", times=1) as provider:
        tools = faulty_tools(sessions, provider, tmp_path, TIMEOUT)
        site = ready_site(tools, 5, items=2, images_per_content=2)
        run_and_check(tools, provider, site, stages=[5])
        assert provider.given["slow_drip"] == 2
        finish_cleanly(tools, provider, site, stages=[5])


@pytest.mark.parametrize("seed", range(3))
def test_whole_runs_through_a_quarter_of_faults_end_and_a_clean_one_finishes(
    sessions: Sessions, tmp_path: Path, seed: int
) -> None:
    with FaultyProvider(mix=0.25, seed=seed) as provider:
        tools = faulty_tools(sessions, provider, tmp_path, 2)
        site = ready_site(tools, 1, items=12, images_per_content=2)
        for _ in range(3):
            run_and_check(tools, provider, site)
        assert provider.given
        finish_cleanly(tools, provider, site)
        finish_cleanly(tools, provider, site)
