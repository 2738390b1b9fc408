"""Tries every kind of request on an endpoint, as small as each can be, and says what to do where one does not work.

Nothing here is charged in credits and nothing gets into the journal; the provider may charge a few cents.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from igny8_lib.ai.answers import TokenUsage
from igny8_lib.ai.client import AIClient
from igny8_lib.ai.dialects import Dialect
from igny8_lib.ai.embeddings import read_embeddings
from igny8_lib.ai.errors import AIFailure, AnswerInvalid, AnswerTruncated, BadAnswer
from igny8_lib.ai.functions import auto_cluster, generate_content, generate_ideas, generate_image_prompts
from igny8_lib.ai.functions.auto_cluster import KeywordItem
from igny8_lib.ai.functions.generate_content import ArticleBrief
from igny8_lib.ai.functions.generate_ideas import ClusterItem
from igny8_lib.ai.functions.generate_image_prompts import ArticleSummary
from igny8_lib.ai.functions.generate_images import LANDSCAPE, SQUARE
from igny8_lib.ai.requests import ImageRequest, SiteBrief, TextRequest, repair_messages

SITE = SiteBrief("Garden", "garden.example", "en", "Friendly gardeners")
QUALITY = "low"
DRAWN = "A red rose bush in a garden, watercolour"
WORDS = 200
"""The shortest article that can be planned."""


@dataclass(frozen=True)
class Outcome:
    """What one kind of request came to."""

    form: str
    """In which form it was answered."""
    usage: TokenUsage
    attempts: int = 1


@dataclass(frozen=True)
class Tried:
    """One line of the report."""

    request: str
    needed: bool
    worked: bool
    form: str
    seconds: float
    attempts: int
    tokens_in: int | None
    tokens_out: int | None
    told: str
    """Why it did not work, or what is less than it could be."""
    advice: str


@dataclass(frozen=True)
class Probe:
    """One kind of request. What is not needed may fail without harm."""

    request: str
    send: Callable[[AIClient, str], Awaitable[Outcome]]
    advice: str
    needed: bool = True


async def check_endpoint(client: AIClient) -> list[Tried]:
    """Try every kind of request, one after the other; each failure is a line, and nothing is raised for it."""
    run = uuid.uuid4().hex[:12]
    return [await try_probe(client, probe, f"check/{run}/{number}") for number, probe in enumerate(probes(), 1)]


async def try_probe(client: AIClient, probe: Probe, key: str) -> Tried:
    """One kind of request as a line of the report."""
    started = time.monotonic()
    try:
        outcome, told = await probe.send(client, key), ""
    except AIFailure as failure:
        usage = failure.usage if isinstance(failure, BadAnswer) else TokenUsage()
        outcome, told = Outcome("", usage, failure.attempts), str(failure)
    return Tried(
        request=probe.request,
        needed=probe.needed,
        worked=not told,
        form=outcome.form,
        seconds=round(time.monotonic() - started, 2),
        attempts=outcome.attempts,
        tokens_in=outcome.usage.tokens_in,
        tokens_out=outcome.usage.tokens_out,
        told=told,
        advice=probe.advice if told else "",
    )


def probes() -> Sequence[Probe]:
    """Every kind of request there is: each AI function's schema, a repair, each size of picture, and the lists."""
    model = "Choose a text model that follows JSON schemas (IGNY8_AI_TEXT_MODEL, or text_model of the connection)."
    picture = (
        "Choose a model that draws (IGNY8_AI_IMAGE_MODEL, or image_model of the connection), or run without images."
    )
    models = "No harm: only the names of the models cannot be listed here."
    embeddings = (
        "No harm: texts are compared by their words alone. Else set IGNY8_AI_EMBEDDING_MODEL, to none for none."
    )
    texts = [Probe(request.function, asking(request), model) for request in text_requests()]
    drawings = [Probe(f"image {size}", drawing(size), picture) for size in (LANDSCAPE, SQUARE)]
    return [
        Probe("model list", list_models, models, needed=False),
        *texts,
        Probe("repair", repair, "Asking again with a problem fails: bad answers will fail their items."),
        *drawings,
        Probe("embeddings", embed, embeddings, needed=False),
    ]


def text_requests() -> list[TextRequest[Any]]:
    """A small request of each AI function that asks for text."""
    brief = ArticleBrief(
        "How to prune roses", ["When to prune", "How to cut"], "how_to", "informational", ["prune roses"], WORDS
    )
    summary = ArticleSummary("How to prune roses", ["When to prune", "How to cut"], "How and when roses are cut.")
    return [
        auto_cluster.request(SITE, [KeywordItem(1, "prune roses", 90), KeywordItem(2, "rose pruning", 40)]),
        generate_ideas.request(SITE, [ClusterItem(1, "Rose pruning", "How to prune roses.", ["prune roses"])], 1),
        generate_content.request(SITE, brief),
        generate_image_prompts.request(SITE, summary, 1),
    ]


def asking(request: TextRequest[Any]) -> Callable[[AIClient, str], Awaitable[Outcome]]:
    """Ask once; once more with room where the answer is cut, and with its problem where it breaks a rule."""

    async def send(client: AIClient, key: str) -> Outcome:
        answer = await client.ask(request, key=key)
        told, asked = text_form(client.dialects.of(client.endpoint.text_model)), request
        try:
            request.read(answer)
        except AnswerTruncated:
            asked = request.with_more_room(4)
            answer = await client.ask(asked, key=f"{key}/room")
            asked.read(answer)
            told += ", with more room"
        except AnswerInvalid as problem:
            answer = await client.ask(request, key=f"{key}/repair", messages=repair_messages(problem))
            asked.read(answer)
            told += ", at the second try"
        return Outcome(told, answer.usage, answer.attempts)

    return send


async def repair(client: AIClient, key: str) -> Outcome:
    """Show the model an answer that breaks a rule, as a repair does."""
    request = text_requests()[0]
    problem = AnswerInvalid("The keywords numbered 1, 2 are in no cluster; put each into exactly one.")
    answer = await client.ask(request, key=key, messages=repair_messages(problem))
    request.read(answer)
    return Outcome(text_form(client.dialects.of(client.endpoint.text_model)), answer.usage, answer.attempts)


def drawing(size: str) -> Callable[[AIClient, str], Awaitable[Outcome]]:
    """Have a picture of this size drawn."""

    async def send(client: AIClient, key: str) -> Outcome:
        answer = await client.draw(ImageRequest(DRAWN, size, QUALITY), key=key)
        form = picture_form(client.dialects.of(client.endpoint.image_model), size)
        return Outcome(f"{form}, {answer.width}x{answer.height} came", answer.usage, answer.attempts)

    return send


async def list_models(client: AIClient, _key: str) -> Outcome:
    """Ask for the models there are, and whether ours are among them."""
    body = await client.list_models()
    names = {item.get("id") for item in body["data"] if isinstance(item, dict)}
    ours = (client.endpoint.text_model, client.endpoint.image_model)
    missing = [name for name in ours if name not in names]
    return Outcome(f"{len(names)} models" + (f", not listed: {', '.join(missing)}" if missing else ""), TokenUsage())


async def embed(client: AIClient, key: str) -> Outcome:
    """Ask for the embeddings of two short texts. Raises AnswerInvalid where two do not come."""
    if not client.endpoint.embedding_model:
        return Outcome("no embedding model is set: texts are compared by their words alone", TokenUsage())
    found = read_embeddings(await client.embed(["prune roses", "rose pruning"], key=key), 2)
    return Outcome(f"float, {found.shape[1]} dimensions", TokenUsage())


def text_form(dialect: Dialect) -> str:
    """The form of text requests in words: "json_schema, max_tokens"."""
    return f"{dialect.structure}, {dialect.cap or 'no cap on its length'}"


def picture_form(dialect: Dialect, size: str) -> str:
    """The form of requests for pictures in words."""
    parts = [f"size {dialect.nearest_size(size)}" if dialect.size else "no size"]
    return ", ".join([*parts, "quality" if dialect.quality else "no quality"])
