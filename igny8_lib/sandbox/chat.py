"""Chat completions: which answer a schema asks for, and how switches spoil it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from igny8_lib.sandbox.answers.article import article
from igny8_lib.sandbox.answers.asked import Asked, language_name
from igny8_lib.sandbox.answers.clustering import keyword_clusters
from igny8_lib.sandbox.answers.ideas import content_ideas
from igny8_lib.sandbox.answers.image_prompts import image_prompts
from igny8_lib.sandbox.answers.instances import instance
from igny8_lib.sandbox.answers.merging import cluster_merges
from igny8_lib.sandbox.answers.optimizing import optimized_article
from igny8_lib.sandbox.answers.site_page import site_page
from igny8_lib.sandbox.answers.site_structure import site_structure
from igny8_lib.sandbox.dice import Throw
from igny8_lib.sandbox.protocol import CREATED, FINGERPRINT, TEXT_MODEL, ApiError, ChatRequest
from igny8_lib.sandbox.switches import Reaction, Rewrite
from igny8_lib.sandbox.tokens import BYTES_PER_TOKEN, PromptCache, prompt_tokens, tokens

INPUT_MARK, SITE_MARK = "INPUT:\n", "SITE:\n"
REFUSAL = "I'm sorry, but I can't help with that. (sandbox switch)"
ANSWERS: Mapping[str, Callable[[Mapping[str, Any], Asked], Any]] = {
    "keyword_clusters": keyword_clusters,
    "cluster_merges": cluster_merges,
    "content_ideas": content_ideas,
    "article": article,
    "optimized_article": optimized_article,
    "image_prompts": image_prompts,
    "site_structure": site_structure,
    "site_page": site_page,
}
"""The schemas that get a useful answer, by the name the request gives them."""


def complete(
    request: ChatRequest, throw: Throw, cache: PromptCache, rewrite: Rewrite = Rewrite.BETTER
) -> dict[str, Any]:
    """The completion's JSON. Raises ApiError for a request that cannot be answered."""
    text, reason, refusal = spoilt(answer_text(request, rewrite), throw)
    if request.most_tokens is not None and tokens(text) > request.most_tokens:
        text, reason = cut(text, request.most_tokens * BYTES_PER_TOKEN), "length"
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if refusal else text,
        "refusal": refusal,
        "annotations": [],
    }
    used, written = prompt_tokens(request.texts), tokens(refusal or text)
    details = {"cached_tokens": cache.cached_tokens(request.model, request.texts), "audio_tokens": 0}
    return {
        "id": f"chatcmpl-sandbox-{throw.digest.hex()}",
        "object": "chat.completion",
        "created": CREATED,
        "model": TEXT_MODEL,
        "system_fingerprint": FINGERPRINT,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": reason}],
        "usage": {
            "prompt_tokens": used,
            "completion_tokens": written,
            "total_tokens": used + written,
            "prompt_tokens_details": details,
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        },
    }


def answer_text(request: ChatRequest, rewrite: Rewrite = Rewrite.BETTER) -> str:
    """What an undisturbed answer says."""
    wanted = request.response_format
    if wanted.type == "json_object":
        return json.dumps({"sandbox": "No model wrote this."})
    if wanted.type != "json_schema":
        last = " ".join(request.texts[-1].split())[:80]
        return f"The sandbox, which has no model, read a message of {len(request.texts[-1].split())} words: “{last}”."
    if wanted.json_schema is None:
        raise ApiError(400, "response_format json_schema needs its json_schema.", param="response_format")
    known, item = ANSWERS.get(wanted.json_schema.name), input_of(request)
    if known and item is not None:
        try:
            document = known(item, Asked(wanted.json_schema.json_schema, language_of(request), rewrite))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            told = f"The INPUT of {wanted.json_schema.name} is not as expected: {type(error).__name__} {error}."
            raise ApiError(400, told, param="messages") from None
    else:
        document = instance(wanted.json_schema.json_schema)
    return json.dumps(document, ensure_ascii=False).encode(errors="replace").decode()


def input_of(request: ChatRequest) -> Mapping[str, Any] | None:
    """The item of the last message that has one: after a repair's question it stands further above."""
    users = (message.text for message in reversed(request.messages) if message.role == "user")
    return next((item for text in users if (item := document_after(INPUT_MARK, text)) is not None), None)


def language_of(request: ChatRequest) -> str:
    """The language of the site that the prompt describes, by Snowball's name; empty where it tells none."""
    sites = (document_after(SITE_MARK, text) for text in request.texts)
    return next((language_name(str(site.get("language") or "")) for site in sites if site is not None), "")


def document_after(mark: str, text: str) -> dict[str, Any] | None:
    """The JSON object that follows a mark; None where there is none."""
    _, found, rest = text.partition(mark)
    try:
        item, _ = json.JSONDecoder().raw_decode(rest.lstrip())
    except ValueError:
        return None
    return item if found and isinstance(item, dict) else None


def spoilt(text: str, throw: Throw) -> tuple[str, str, str | None]:
    """Text, finish_reason and refusal as the throw wants them."""
    if throw.outcome is Reaction.TRUNCATED:
        return cut(text, round(len(text.encode()) * (0.3 + 0.6 * throw.chance("cut")))), "length", None
    if throw.outcome is Reaction.MALFORMED:
        return spoil(text, throw), "stop", None
    if throw.outcome is Reaction.REFUSED:
        return "", "stop", REFUSAL
    if throw.outcome is Reaction.CONTENT_FILTERED:
        return cut(text, 40), "content_filter", None
    return text, "stop", None


def spoil(text: str, throw: Throw) -> str:
    """One of the ways in which models miss a schema: half the JSON, prose around half of it, or another shape."""
    half = cut(text, len(text.encode()) // 2)
    ways = (
        half,
        f"Sure! Here is what you asked for:\n\n{half}\n\nLet me know if you need anything else.",
        json.dumps({"result": "see above", "items": []}),
    )
    return ways[int(throw.chance("malformed") * len(ways))]


def cut(text: str, size: int) -> str:
    """The text's first bytes, without half a character."""
    return text.encode()[:size].decode(errors="ignore")
