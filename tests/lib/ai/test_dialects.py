"""Endpoints that do not know all of the protocol: each form is refused once, the next lesser one is remembered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from igny8_lib.ai import dialect_store
from igny8_lib.ai.client import AIClient
from igny8_lib.ai.dialects import CAPS, PLAIN, STRUCTURES, Dialect, Dialects
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.errors import RequestRejected
from igny8_lib.ai.requests import ImageRequest
from igny8_lib.db.session import Sessions
from igny8_lib.models import AIEndpointDialect
from tests.lib.ai.test_client_images import as_base64, picture
from tests.lib.ai.test_client_text import ANSWER, REQUEST
from tests.lib.ai.wire_server import Reply, Seen, WireServer, failed, said

MakeClient = Callable[..., AIClient]
PICTURE = ImageRequest("A rose bush", "1536x1024", "medium")
FORMS = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."
CAP = "Unsupported parameter: 'max_completion_tokens' is not supported. Use 'max_tokens' instead."
SIZE = "Invalid value: '1536x1024'. Supported sizes are: 512x512, 1024x1024, 1792x1024 and 1024x1792."


def ask_all(client: AIClient, times: int = 1) -> list[int]:
    """So many requests at once; the HTTP requests sent for each."""

    async def all_at_once() -> list[int]:
        async with client:
            answers = await asyncio.gather(*(client.ask(REQUEST, key=f"k{n}") for n in range(times)))
        return [answer.attempts for answer in answers]

    return asyncio.run(all_at_once())


def draw(client: AIClient) -> int:
    async def once() -> int:
        async with client:
            return (await client.draw(PICTURE, key="k")).attempts

    return asyncio.run(once())


def refuse(part: str, message: str, good: Reply) -> Callable[[Seen], Reply]:
    """A provider that refuses what has this text in its body."""
    return lambda seen: failed(400, None, message) if part in json.dumps(seen.body) else good


def test_many_requests_at_once_are_refused_once_for_each_form(provider: WireServer, open_client: MakeClient) -> None:
    provider.decide = lambda seen: (
        failed(400, None, FORMS) if '"json_schema"' in json.dumps(seen.body)
        else failed(400, None, CAP) if "max_completion_tokens" in seen.body
        else said(ANSWER)
    )  # fmt: skip
    client = open_client()
    client.dialects.patience = 60
    assert sorted(ask_all(client, 20)) == [1] * 19 + [3]
    assert len(provider.seen) == 22
    assert client.dialects.of("tiny") == Dialect(structure="json_object", cap="max_tokens")
    last = provider.seen[-1].body
    assert (last["response_format"], last["max_tokens"]) == ({"type": "json_object"}, REQUEST.max_output_tokens)
    assert '"clusters"' in last["messages"][0]["content"]
    assert last["messages"][1] == REQUEST.messages[1]


def test_the_others_do_not_wait_for_the_first_answer_when_its_form_was_not_refused_at_once() -> None:
    async def two() -> None:
        dialects = Dialects(patience=0.01)
        async with dialects.turn("slow"), asyncio.timeout(60), dialects.turn("slow"):
            pass

    asyncio.run(two())


def test_listings_wait_for_nobody_as_they_have_one_form(provider: WireServer, open_client: MakeClient) -> None:
    provider.decide = lambda _: Reply(200, b'{"data": []}', {"content-type": "application/json"})
    client = open_client()
    client.dialects.patience = 60

    async def beside_another() -> None:
        async with client, client.dialects.turn(client.endpoint.embedding_model), asyncio.timeout(30):
            await client.embed(["a rose"], key="k")

    asyncio.run(beside_another())


def test_where_no_structure_is_known_the_schema_stands_in_the_prompt(
    provider: WireServer, open_client: MakeClient
) -> None:
    provider.decide = refuse("response_format", "Unrecognized request argument supplied: response_format", said(ANSWER))
    assert ask_all(open_client()) == [3]
    assert '"clusters"' in provider.seen[-1].body["messages"][0]["content"]


def test_a_gateway_that_names_nothing_takes_the_next_form(provider: WireServer, open_client: MakeClient) -> None:
    nothing = "No endpoints found that can handle the requested parameters."
    provider.decide = lambda seen: (
        failed(404, None, nothing) if '"json_schema"' in json.dumps(seen.body) else said(ANSWER)
    )  # fmt: skip
    assert ask_all(open_client()) == [2]


def test_a_cap_that_is_too_high_is_left_out_once_and_not_for_ever(
    provider: WireServer, open_client: MakeClient
) -> None:
    message = "max_completion_tokens is too large: 740. This model supports at most 512 completion tokens."
    provider.decide = refuse("max_completion_tokens", message, said(ANSWER))
    client = open_client()
    assert ask_all(client) == [2]
    assert client.dialects.of("tiny") == PLAIN


def test_a_refusal_of_something_else_changes_no_form(provider: WireServer, open_client: MakeClient) -> None:
    provider.script(failed(400, "context_length_exceeded", "Your messages are too long."))
    client = open_client()
    with pytest.raises(RequestRejected):
        ask_all(client)
    assert (len(provider.seen), client.dialects.of("tiny")) == (1, PLAIN)


def test_a_size_becomes_the_nearest_that_the_refusal_names(provider: WireServer, open_client: MakeClient) -> None:
    provider.decide = refuse("1536x1024", SIZE, as_base64(picture()))
    client = open_client()
    assert draw(client) == 2
    assert provider.seen[-1].body["size"] == "1792x1024"
    assert client.dialects.of("brush").nearest_size("1024x1024") == "1024x1024"


@pytest.mark.parametrize("part", ["size", "quality"])
def test_a_part_of_pictures_that_is_not_known_is_left_out(
    provider: WireServer, open_client: MakeClient, part: str
) -> None:
    provider.decide = refuse(f'"{part}"', f"Argument not supported: {part}", as_base64(picture()))
    assert draw(open_client()) == 2
    assert part not in provider.seen[-1].body


def test_a_form_that_was_refused_is_told_as_not_done(provider: WireServer, open_client: MakeClient) -> None:
    provider.decide = refuse("json_schema", FORMS, said(ANSWER))
    told: list[str] = []

    async def refused() -> None:
        told.append("refused")

    async def once() -> None:
        async with open_client() as client:
            await client.ask(REQUEST, key="k", refused=refused)

    asyncio.run(once())
    assert told == ["refused"]


ENDPOINT = Endpoint("http://p.example/v1", "key", "tiny", "brush")


def test_what_was_learnt_is_known_to_the_next_process_and_forgotten_after_a_week(sessions: Sessions) -> None:
    learnt = Dialect(structure="prompt", cap="", sizes=("512x512",), quality=False)
    asyncio.run(dialect_store.open_dialects(sessions, ENDPOINT).note("tiny", PLAIN))
    asyncio.run(dialect_store.open_dialects(sessions, ENDPOINT).note("tiny", learnt))
    assert dialect_store.open_dialects(sessions, ENDPOINT).known == {"tiny": learnt}
    other = Endpoint("http://q.example/v1", "key", "tiny", "brush")
    assert dialect_store.open_dialects(sessions, other).known == {}
    with sessions.begin() as session:
        aged = AIEndpointDialect.learnt_at - dialect_store.HOLDS - timedelta(minutes=1)
        session.execute(update(AIEndpointDialect).values(learnt_at=aged))
    assert dialect_store.open_dialects(sessions, ENDPOINT).known == {}


def test_a_known_endpoint_is_asked_in_its_form_at_once(provider: WireServer, open_client: MakeClient) -> None:
    provider.decide = refuse("json_schema", FORMS, said(ANSWER))
    client = open_client()
    client.dialects = Dialects({"tiny": Dialect(structure="json_object")})
    assert ask_all(client, 3) == [1, 1, 1]


SIZE_LISTS = st.lists(st.just("512x512"), max_size=2)


@given(st.sampled_from(STRUCTURES), st.sampled_from(CAPS), st.lists(st.booleans(), min_size=2, max_size=2), SIZE_LISTS)
def test_a_dialect_is_stored_as_it_is(structure: str, cap: str, parts: list[bool], sizes: list[str]) -> None:
    dialect = Dialect(structure, cap, tuple(sizes), size=parts[0], quality=parts[1])
    assert Dialect.read(json.loads(json.dumps(dialect.document()))) == dialect


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.integers()), max_size=5))
def test_a_stored_dialect_of_another_version_is_read_as_far_as_it_is_known(document: dict[str, object]) -> None:
    assert Dialect.read(document).cap in CAPS
