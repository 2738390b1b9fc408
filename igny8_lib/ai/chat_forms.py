"""The bodies of requests, in the form that an endpoint understands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from igny8_lib.ai.dialects import JSON_OBJECT, JSON_SCHEMA, Dialect
from igny8_lib.ai.requests import A, ImageRequest, Message, TextRequest
from igny8_lib.ai.schema import strict_schema

SCHEMA_IN_PROMPT = (
    "\n\nAnswer with one JSON document and nothing else: no prose, no code fence. It must match this JSON schema:\n"
)


def chat_body(model: str, request: TextRequest[A], messages: Sequence[Message], dialect: Dialect) -> dict[str, Any]:
    """The body of a chat completion: the request's own messages, then those of a repair."""
    schema = strict_schema(request.answer)
    own = request.messages
    body: dict[str, Any] = {"model": model}
    if dialect.structure == JSON_SCHEMA:
        named = {"name": request.schema_name, "strict": True, "schema": schema}
        body["response_format"] = {"type": JSON_SCHEMA, "json_schema": named}
    else:
        # At the end of the system message: the same for all requests of a site, so that prompt caches still hit.
        own[0]["content"] += SCHEMA_IN_PROMPT + json.dumps(schema, ensure_ascii=False)
    if dialect.structure == JSON_OBJECT:
        body["response_format"] = {"type": JSON_OBJECT}
    if dialect.cap:
        body[dialect.cap] = request.max_output_tokens
    return body | {"messages": [*own, *messages]}


def picture_body(model: str, request: ImageRequest, dialect: Dialect) -> dict[str, Any]:
    """The body of an image generation, without the parts that the endpoint does not know."""
    body: dict[str, Any] = {"model": model, "prompt": request.prompt}
    if dialect.size:
        body["size"] = dialect.nearest_size(request.size)
    if dialect.quality:
        body["quality"] = request.quality
    return body | ({"n": 1} if dialect.n else {})
