"""What the provider refuses, asked alone: it costs itself once, no later run asks for it, and people put it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import AICall, Keyword, Site
from igny8_lib.pipeline import refusals
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.chosen_items import ItemsRefused, require_workable
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.snapshot import count_pending
from igny8_lib.pipeline.stages import stage
from tests.faulty_provider import FaultyProvider
from tests.lib.pipeline.faulty import faulty_tools, finish_cleanly, reasons, run_and_check, states
from tests.lib.pipeline.ready import ready_site

BANNED = {1: ("banned",), 2: ("roof repair", "stone path"), 5: ("part 1",)}
"""Words of some of the items that wait for each stage."""
GUILTY = {1: 1, 2: 2, 5: 1}
ITEMS = {1: 19, 2: 7, 5: 3}
BOUND = {1: 1 + 12, 2: 2 + 9, 5: 3}
"""HTTP requests that a run may take: those of the plan, and those it takes to find who is refused."""


@pytest.fixture
def provider() -> Iterator[FaultyProvider]:
    with FaultyProvider() as provider:
        yield provider


@pytest.fixture
def tools(sessions: Sessions, provider: FaultyProvider, tmp_path: Path) -> Tools:
    return faulty_tools(sessions, provider, tmp_path)


def site_with_guilty_ones(tools: Tools, provider: FaultyProvider, number: int) -> Site:
    """A site of which the provider refuses some items of the stage."""
    provider.banned = BANNED[number]
    site = ready_site(tools, number, items=ITEMS[number], images_per_content=2, second_look_enabled=False)
    if number == 1:
        with tools.sessions.begin() as session:
            session.add(Keyword(site_id=site.id, text="banned heat pump", normalized="banned heat pump"))
    return site


def refused_of(tools: Tools, site: Site, number: int) -> dict[int, str]:
    """The refused items of a stage, with why."""
    item = refusals.ITEMS[number]
    with tools.sessions() as session:
        query = select(item.id, item.refused_reason).where(item.site_id == site.id, item.refused_reason.is_not(None))
        return {row[0]: row[1] or "" for row in session.execute(query)}


@pytest.mark.parametrize("number", refusals.ITEMS)
def test_who_is_refused_alone_is_marked_all_others_are_done_and_no_later_run_asks_again(
    tools: Tools, provider: FaultyProvider, number: int
) -> None:
    site = site_with_guilty_ones(tools, provider, number)
    run = run_and_check(tools, provider, site, stages=[number])
    assert run.stopped_reason == "completed"
    refused = refused_of(tools, site, number)
    assert len(refused) == GUILTY[number]
    assert all("content policy" in reason for reason in refused.values())
    assert set().union(*states(tools, run, number).values()) == {"done", "failed"}
    assert set(reasons(tools, run)) == set(refused.values())
    assert len(provider.requests) <= BOUND[number]
    with tools.sessions() as session:
        assert count_pending(session, stage(number), site.id) == 0
    asked = len(provider.requests)
    again = run_and_check(tools, provider, site, stages=[number])
    assert again.stopped_reason == "nothing_pending"
    assert len(provider.requests) == asked
    finish_cleanly(tools, provider, site, stages=[number])


def test_people_put_back_what_was_refused_and_the_next_run_takes_it(tools: Tools, provider: FaultyProvider) -> None:
    site = site_with_guilty_ones(tools, provider, 2)
    run_and_check(tools, provider, site, stages=[2])
    first, second = sorted(refused_of(tools, site, 2))
    with tools.sessions.begin() as session:
        assert refusals.retry(session, site.id, stage(2), [first]) == [first]
    assert refused_of(tools, site, 2).keys() == {second}
    provider.mend()
    run = run_and_check(tools, provider, site, stages=[2])
    assert states(tools, run, 2) == {0: {"done"}}
    with tools.sessions.begin() as session:
        assert refusals.retry(session, site.id, stage(2), (), everything=True) == [second]
        assert refusals.retry(session, site.id, stage(2), (), everything=True) == []


def test_a_retry_of_what_was_not_refused_changes_nothing_and_says_so(tools: Tools, provider: FaultyProvider) -> None:
    site = site_with_guilty_ones(tools, provider, 2)
    other = ready_site(tools, 2, items=1)
    run_and_check(tools, provider, site, stages=[2])
    refused = sorted(refused_of(tools, site, 2))
    with tools.sessions.begin() as session:
        with pytest.raises(NotFound, match=r"no refused clusters .*: 999999\."):
            refusals.retry(session, site.id, stage(2), [*refused, 999999])
        with pytest.raises(NotFound):
            refusals.retry(session, other.id, stage(2), refused)
        for ids, everything in (((), False), (refused, True)):
            with pytest.raises(InvalidInput, match="by their ids"):
                refusals.retry(session, site.id, stage(2), ids, everything=everything)
    assert sorted(refused_of(tools, site, 2)) == refused


def test_a_refused_item_cannot_be_chosen_and_the_sentence_says_how_it_can(
    tools: Tools, provider: FaultyProvider
) -> None:
    site = site_with_guilty_ones(tools, provider, 5)
    run_and_check(tools, provider, site, stages=[5])
    (article,) = refused_of(tools, site, 5)
    with tools.sessions() as session, pytest.raises(ItemsRefused, match=f"igny8 content retry SITE {article}"):
        require_workable(session, session.get_one(Site, site.id), RunOptions(stages=(5,), items=(article,)))


def test_a_request_refused_for_all_its_items_is_asked_for_each_once_and_charges_nothing(
    tools: Tools, provider: FaultyProvider
) -> None:
    provider.fault = "error_moderation"
    site = ready_site(tools, 2, items=5, images_per_content=2)
    run = run_and_check(tools, provider, site, stages=[2])
    assert run.total_credits_used.hundredths == 0
    assert len(refused_of(tools, site, 2)) == 5
    with tools.sessions() as session:
        assert session.scalar(select(func.count()).where(AICall.run_id == run.id)) == 9
    finish_cleanly(tools, provider, site, stages=[2])
