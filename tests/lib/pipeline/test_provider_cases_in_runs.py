"""What other providers did, in whole runs: what was paid is used, one bad item costs itself, and people read why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from igny8_lib.db.session import Sessions
from igny8_lib.models import AICall, AutomationRun, Cluster, ContentIdea, Task
from igny8_lib.pipeline.batch import Tools
from igny8_lib.text.names import CLUSTER_NAME, TITLE
from tests.faulty_provider import FaultyProvider
from tests.lib.pipeline.drive import drive
from tests.lib.pipeline.faulty import check_after, faulty_tools, finish_cleanly, reasons, run_and_check, states
from tests.lib.pipeline.ready import ready_site

READ_AT_ONCE = (
    "text_parts",
    "thinking_part",
    "usage_floats",
    "usage_details_list",
    "think_block",
    "fence_upper_case",
    "prose_behind",
    "bom_in_text",
)
SENTENCES = {
    "error_string": "This is not acceptable",
    "error_detail": "bad field x",
    "error_plain": "Bad request, said the gateway",
    "error_400_in_200": "Your request is odd",
}


@pytest.fixture
def provider() -> Iterator[FaultyProvider]:
    with FaultyProvider() as provider:
        yield provider


@pytest.fixture
def tools(sessions: Sessions, provider: FaultyProvider, tmp_path: Path) -> Tools:
    return faulty_tools(sessions, provider, tmp_path)


def asks(tools: Tools, run: AutomationRun) -> Counter[int]:
    """How many logical requests each request of the run's stages took, by how many there were."""
    with tools.sessions() as session:
        keys = session.scalars(select(AICall.charge_key).where(AICall.run_id == run.id))
        return Counter(Counter(keys).values())


def test_b1_b5_a_readable_answer_is_used_at_the_first_ask_at_every_function(
    tools: Tools, provider: FaultyProvider
) -> None:
    provider.spread = READ_AT_ONCE
    site = ready_site(tools, 4, items=len(READ_AT_ONCE), images_per_content=1)
    run = run_and_check(tools, provider, site)
    assert run.stopped_reason == "completed"
    assert provider.given.keys() == set(READ_AT_ONCE)
    assert asks(tools, run) == {1: 3 * len(READ_AT_ONCE)}
    assert set(provider.requests.values()) == {1}


def test_b2_an_error_inside_200_is_what_its_code_says(tools: Tools, provider: FaultyProvider) -> None:
    provider.spread, provider.times = ("error_429_in_200",), 2
    site = ready_site(tools, 4, items=2, images_per_content=1)
    run = run_and_check(tools, provider, site)
    assert run.stopped_reason == "completed"
    assert set(provider.requests.values()) == {3}
    provider.spread, provider.fault, provider.times = (), "error_402_in_200", None
    site = ready_site(tools, 4, items=2, images_per_content=1)
    run = run_and_check(tools, provider, site)
    assert run.stopped_reason == "provider_unavailable"
    assert "Insufficient credits" in run.stopped_detail
    finish_cleanly(tools, provider, site)


def test_b3_the_sentence_of_an_error_reaches_the_item_whatever_its_shape(
    tools: Tools, provider: FaultyProvider
) -> None:
    provider.spread = tuple(SENTENCES)
    site = ready_site(tools, 4, items=len(SENTENCES), images_per_content=1)
    run = run_and_check(tools, provider, site)
    told = reasons(tools, run)
    assert [sentence in reason for sentence, reason in zip(SENTENCES.values(), told, strict=True)] == [True] * 4
    assert run.stopped_reason == "completed"
    assert run.total_credits_used.hundredths == 0
    finish_cleanly(tools, provider, site)


def test_b3_a_key_that_is_not_valid_ends_the_run_and_the_mended_key_finishes_everything(
    tools: Tools, provider: FaultyProvider
) -> None:
    provider.fault = "error_list"
    site = ready_site(tools, 1, items=6, images_per_content=2)
    for _ in range(2):
        run = run_and_check(tools, provider, site)
        assert run.stopped_reason == "provider_unavailable"
        assert "API key not valid." in run.stopped_detail
        assert run.total_credits_used.hundredths == 0
    assert set(provider.requests.values()) == {1}
    done = finish_cleanly(tools, provider, site)
    assert [found for number in range(1, 7) for found in states(tools, done, number).values()]
    assert done.stopped_reason == "completed"


@pytest.mark.parametrize("fault", ["error_flagged", "error_moderation"])
@pytest.mark.parametrize("number", [1, 2, 4, 5])
def test_b4_one_moderated_request_costs_its_own_item_now_and_in_later_runs(
    tools: Tools, provider: FaultyProvider, number: int, fault: str
) -> None:
    provider.spread = (fault, *["usage_null"] * 4)  # keywords may take a request more: topics are not cut
    size = {1: 20, 2: 5}.get(number, 1)
    site = ready_site(tools, number, items=3 * size, images_per_content=1)
    run = run_and_check(tools, provider, site, stages=[number])
    assert run.stopped_reason == "completed"
    first, *others = states(tools, run, number).values()
    assert first == {"failed"}
    assert len(others) >= 2
    assert all(found == {"done"} for found in others)
    assert "content filter" in reasons(tools, run)[0]
    again = run_and_check(tools, provider, site, stages=[number])  # where that one request is all there is
    assert again.stopped_reason in {"completed", "nothing_pending"}
    finish_cleanly(tools, provider, site, stages=[number])


def test_b6_an_empty_answer_is_asked_for_again_and_charged_once(tools: Tools, provider: FaultyProvider) -> None:
    provider.spread, provider.times = ("empty",), 1
    site = ready_site(tools, 1, items=6, images_per_content=1)
    run = run_and_check(tools, provider, site)
    assert run.stopped_reason == "completed"
    with tools.sessions() as session:
        calls = session.execute(
            select(AICall.stage, AICall.charge_key, AICall.tokens_out).where(AICall.run_id == run.id)
        ).all()
    texts = Counter(call.charge_key for call in calls if call.stage != 6)
    assert set(texts.values()) == {2}
    assert {call.tokens_out for call in calls if call.stage != 6} == {50}, "both are paid for, so both are counted"


@pytest.mark.parametrize("fault", ["truncated_max_tokens", "truncated_model_length", "truncated_max_output_tokens"])
def test_b7_a_truncated_answer_by_any_word_is_asked_for_once_with_more_room_or_in_halves(
    tools: Tools, provider: FaultyProvider, fault: str
) -> None:
    provider.spread, provider.times = (fault,), 1
    site = ready_site(tools, 1, items=6, images_per_content=1)
    run = run_and_check(tools, provider, site)
    assert run.stopped_reason == "completed"
    with tools.sessions() as session:
        keys = session.execute(select(AICall.stage, AICall.charge_key).where(AICall.run_id == run.id)).all()
    by_stage = {key.stage: count for key, count in Counter(keys).items()}
    assert by_stage == {1: 3, 2: 3, 4: 2, 5: 2, 6: 1}, "one in halves, two with more room"


def test_e1_names_without_measure_are_asked_for_again_or_cost_their_items(
    tools: Tools, provider: FaultyProvider
) -> None:
    site = ready_site(tools, 1, items=6, images_per_content=1)
    provider.spread, provider.times = ("names_long",), 1
    assert run_and_check(tools, provider, site).stopped_reason == "completed"
    site = ready_site(tools, 1, items=6, images_per_content=1)
    provider.spread, provider.times = ("names_long",), None
    run = run_and_check(tools, provider, site)
    assert run.status in {"completed", "failed"}
    assert "at most" in reasons(tools, run)[0]
    finish_cleanly(tools, provider, site)
    with tools.sessions() as session:
        assert max(map(len, session.scalars(select(Cluster.name)))) <= CLUSTER_NAME
        assert max(map(len, session.scalars(select(ContentIdea.title)))) <= TITLE


def test_e2_an_absurd_word_count_is_bounded_where_it_is_planned(tools: Tools, provider: FaultyProvider) -> None:
    site = ready_site(tools, 2, items=5, images_per_content=1)
    provider.spread = ("words_huge",)
    run = run_and_check(tools, provider, site)
    assert run.stopped_reason == "completed"
    with tools.sessions() as session:
        assert set(session.scalars(select(ContentIdea.estimated_word_count))) == {5_000}


def test_e2_a_task_that_is_absurd_already_keeps_no_other_one_from_being_written(
    tools: Tools, provider: FaultyProvider
) -> None:
    site = ready_site(tools, 4, items=3, images_per_content=1)
    with tools.sessions.begin() as session:
        first = session.scalars(select(Task.id).where(Task.site_id == site.id).order_by(Task.id)).first()
        session.execute(update(Task).where(Task.id == first).values(word_count_target=2 * 10**9))
    run = drive(tools, site.slug)
    assert states(tools, run, 4) == {0: {"left"}, 1: {"done"}, 2: {"done"}}
    assert states(tools, run, 6) == {0: {"done"}, 1: {"done"}}
    assert run.status == "completed"
    with tools.sessions.begin() as session:
        session.execute(update(Task).where(Task.id == first).values(word_count_target=400))
    check_after(tools, provider, site)
    finish_cleanly(tools, provider, site)
