"""The faults of `tests/faulty_provider.py`, each by a name and as what goes over the wire.

Three kinds of entries: a good body with something changed (`wrong` and its short forms), an HTTP error (`fails`), and a
good body that does not arrive as it should (`on_wire`).
"""

from __future__ import annotations

import base64
import gzip
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

JSON = {"content-type": "application/json"}
HUGE = 10**30
DEEP = "[" * 3000 + "]" * 3000
LONG_NAME = "".join(chr(0x4E00 + 7 * at) for at in range(950))
"""Too long for a unique index, even compressed."""
SURROGATE = "\\ud83d"


@dataclass(frozen=True)
class Reply:
    """What goes over the wire; `way` is how it does."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)
    way: str = "whole"


@dataclass(frozen=True)
class Asked:
    """One request: its path ("chat" or "image"), body, bearer key and the server's address."""

    path: str
    body: dict[str, Any]
    key: str
    url: str


@dataclass(frozen=True)
class Fault:
    """One way to fail; `path` is "chat", "image" or "any". `make` gets the request and a good body for it."""

    path: str
    make: Callable[[Asked, dict[str, Any]], Reply]


FAULTS: dict[str, Fault] = {}
Spoil = Callable[[Asked, dict[str, Any]], object]


def ok(body: object) -> Reply:
    """A body as JSON; surrogates and odd numbers as JSON writes them."""
    return Reply(body=json.dumps(body).replace("@SURROGATE@", SURROGATE).replace('"@HUGE@"', "9" * 5000).encode())


def wrong(name: str, spoil: Spoil, path: str = "chat") -> None:
    """A good body, changed in place (or replaced by what `spoil` returns, unless that is None)."""

    def make(asked: Asked, body: dict[str, Any]) -> Reply:
        other = spoil(asked, body)
        return other if isinstance(other, Reply) else ok(body if other is None else other)

    FAULTS[name] = Fault(path, make)


def field_is(name: str, where: str, value: object) -> None:
    """One field has another value: "usage.prompt_tokens", "message.content", "choice.index", "model"."""

    def spoil(_asked: Asked, body: dict[str, Any]) -> None:
        place, _, inner = where.rpartition(".")
        spots = {"": body, "usage": body["usage"], "choice": body["choices"][0], "message": message_of(body)}
        spots[place][inner] = value

    wrong(name, spoil)


def text_is(name: str, change: Callable[[str], object]) -> None:
    """The message's text is written otherwise."""
    wrong(name, lambda _asked, body: message_of(body).update(content=change(message_of(body)["content"])))


def fails(name: str, status: int, body: object, path: str = "any", **headers: str) -> None:
    """An HTTP error; `@KEY@` in it becomes the API key of the request."""

    def make(asked: Asked, _body: dict[str, Any]) -> Reply:
        text = body if isinstance(body, str) else json.dumps(body).replace("@SURROGATE@", SURROGATE)
        named = {key.replace("_", "-"): value.replace("@URL@", asked.url) for key, value in headers.items()}
        return Reply(status, text.replace("@KEY@", asked.key).encode(), JSON | named)

    FAULTS[name] = Fault(path, make)


def on_wire(name: str, way: str, **headers: str) -> None:
    """A good body that does not arrive as it should."""
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    FAULTS[name] = Fault("any", lambda _asked, body: Reply(body=ok(body).body, headers=JSON | named, way=way))


def picture_is(name: str, change: Callable[[bytes, Asked], object]) -> None:
    """The picture comes as another entry of `data`."""
    wrong(
        name,
        lambda asked, body: body.update(data=[change(base64.b64decode(body["data"][0]["b64_json"]), asked)]),
        "image",
    )


def message_of(body: dict[str, Any]) -> dict[str, Any]:
    """The message of a completion."""
    found: dict[str, Any] = body["choices"][0]["message"]
    return found


# Side fields of other types: the answer is there and has to be read.
field_is("usage_floats", "usage.prompt_tokens", 10.0)
field_is("usage_string", "usage.completion_tokens", "12")
field_is("usage_negative", "usage.prompt_tokens", -5)
field_is("usage_huge", "usage.completion_tokens", HUGE)
field_is("usage_5000_digits", "usage.completion_tokens", "@HUGE@")
field_is("usage_details_list", "usage.prompt_tokens_details", [])
field_is("usage_cached_too_many", "usage.prompt_tokens_details", {"cached_tokens": 10**6})
field_is("usage_list", "usage", [1])
field_is("usage_null", "usage", None)
field_is("model_nul", "model", "m\0odel")
field_is("model_surrogate", "model", "m@SURROGATE@odel")
field_is("model_long", "model", "m" * 100_000)
field_is("model_object", "model", {"name": "m"})
field_is("created_text", "created", "yesterday")
field_is("index_text", "choice.index", "first")
field_is("finish_unknown", "choice.finish_reason", "eos\0" * 5000)
field_is("finish_object", "choice.finish_reason", {"type": "stop"})
field_is("refusal_number", "message.refusal", 0)
field_is("tool_calls_beside_text", "message.tool_calls", [{"id": "1", "function": {"name": "x", "arguments": "{}"}}])
field_is("error_null_beside_answer", "error", None)
wrong("bom_before_body", lambda _, body: Reply(body=b"\xef\xbb\xbf" + ok(body).body))
wrong("html_content_type", lambda _, body: Reply(body=ok(body).body, headers={"content-type": "text/html"}))
wrong("body_in_a_list", lambda _, body: [body])
wrong("second_choice_speaks", lambda _, body: body["choices"].insert(0, {"index": 0, "message": {"content": None}}))
# Where the text is: parts, fences, prose, thinking.
text_is("text_parts", lambda text: [{"type": "text", "text": text[:20]}, {"type": "text", "text": text[20:]}])
text_is("thinking_part", lambda text: [{"type": "thinking", "thinking": "a {b}"}, {"type": "text", "text": text}])
text_is("content_is_the_document", json.loads)
text_is("think_block", lambda text: f"<think>\nuse {{braces}} and {{}}\n</think>\n\n{text}")
text_is("think_end_only", lambda text: f"I draft {{}} first.\n</think>\n{text}")
text_is("fence_upper_case", lambda text: f"```JSON\n{text}\n```")
text_is("fence_in_prose", lambda text: f"Here you are:\n\n~~~json\n{text}\n~~~\nAnything else?")
text_is("prose_behind", lambda text: text + "\n\nHope this {helps}.")
text_is("bom_in_text", lambda text: "\ufeff" + text)
text_is("json_in_json", json.dumps)
text_is("wrapped_in_a_name", lambda text: json.dumps({"result": json.loads(text)}))
text_is("nul_in_text", lambda text: text.replace('": "', '": "\0', 1))
text_is("nul_escaped_in_text", lambda text: text.replace('": "', '": "\\u0000', 1))
text_is("surrogate_in_text", lambda text: text.replace('": "', '": "\\ud800', 1))
text_is("key_in_text", lambda text: text)
FAULTS["key_in_text"] = Fault("chat", lambda asked, body: ok(repeat_key(body, asked.key)))
FAULTS["key_everywhere"] = Fault("chat", lambda asked, body: ok(key_everywhere(body, asked.key)))
FAULTS["key_as_answer"] = Fault("chat", lambda asked, body: ok(key_as_answer(body, asked.key)))
# Answers that are none and may be asked again.
text_is("empty", lambda _: "")
text_is("null", lambda _: None)
text_is("blank", lambda _: " \n\t")
text_is("prose_only", lambda _: "I would rather talk about the weather.")
text_is("half_json", lambda text: text[: len(text) // 2])
text_is("empty_object", lambda _: "{}")
text_is("deep_json", lambda _: '{"clusters": ' + DEEP + "}")
text_is("only_braces", lambda _: "{" * 50_000)
text_is("numbers_for_texts", lambda _: '{"clusters": [1, 2], "images": [3], "title": 4, "html": 5}')
text_is("names_long", lambda text: json.dumps(with_values(json.loads(text), {"name", "title", "alt_text"}, LONG_NAME)))
text_is("words_huge", lambda text: json.dumps(with_values(json.loads(text), {"estimated_word_count"}, 2 * 10**9)))
wrong("tool_calls_only", lambda _, body: message_of(body).update(content=None, tool_calls=[{"id": "1"}]))
wrong("no_choices", lambda _, body: body.update(choices=[]))
wrong("null_choices", lambda _, body: body.update(choices=None))
wrong("number_choices", lambda _, body: body.update(choices=[1, 2]))
# Answers that are final.
field_is("refusal", "message.refusal", "I cannot help with that.")
FAULTS["refusal"] = Fault("chat", lambda asked, body: ok(only_refusal(body, f"Not with {asked.key}\0 in it")))
for word in ("MAX_TOKENS", "model_length", "max_output_tokens"):
    field_is(f"truncated_{word.lower()}", "choice.finish_reason", word)
field_is("filtered", "choice.finish_reason", "SAFETY")
# Errors inside HTTP 200.
wrong(
    "error_429_in_200",
    lambda *_: {"choices": None, "error": {"message": "Provider returned error", "code": 429}},
    "any",
)
wrong("error_402_in_200", lambda *_: {"error": {"message": "Insufficient credits", "code": 402}}, "any")
wrong("error_400_in_200", lambda *_: {"error": {"message": "Your request is odd", "code": "400"}}, "any")
wrong("error_text_in_200", lambda *_: {"error": "something broke"}, "any")
wrong("error_in_choice", lambda *_: {"choices": [{"error": {"code": 503, "message": "upstream"}, "message": {}}]})
# Errors in every shape.
fails("error_list", 400, [{"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}}])
fails("error_string", 400, {"error": "This is not acceptable"})
fails("error_detail", 422, {"detail": [{"loc": ["body", "x"], "msg": "bad field x", "type": "value_error"}]})
fails("error_plain", 400, "Bad request, said the gateway")
fails("error_html", 502, "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>")
fails("error_empty", 500, "")
fails("error_deep", 500, DEEP)
fails("error_code_huge", 400, {"error": {"code": "c" * 100_000, "message": "m" * 100_000}})
fails("error_code_object", 400, {"error": {"code": {"a": 1}, "type": 7, "message": ["not", "this"]}})
fails("error_nul", 400, {"error": {"code": "a\0b", "message": "bad\0 @SURROGATE@ request"}})
fails("error_key", 401, {"error": {"code": "@KEY@", "message": "m " * 145 + "@KEY@", "type": "x"}})
fails("error_key_in_parts", 400, {"error": {"code": "x", "message": "m " * 146 + "@KEY@ @KEY@"}})
fails("error_key_page", 500, "<title>@KEY@</title>")
fails("error_flagged", 403, {"error": {"code": 403, "message": "input flagged", "metadata": {"reasons": ["violence"]}}})
fails("error_moderation", 403, {"error": {"message": "The prompt was blocked by our content policy (@KEY@)"}})
fails("error_404", 404, {"error": {"code": "model_not_found", "message": "no such model"}})
fails("error_429_forever", 429, {"error": {"message": "slow down"}}, retry_after="1e30")
fails("error_529", 529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})
fails("error_odd_retry", 503, {"error": {"message": "busy"}}, retry_after="Thu, 99 Foo 2026 99:99:99 GMT")
fails("redirect", 307, "", location="@URL@/v1/chat/completions")
fails("redirect_elsewhere", 308, "", location="http://127.0.0.1:9/@KEY@")
# Bodies that do not arrive.
on_wire("cut_body", "cut")
on_wire("reset", "reset")
on_wire("slow_drip", "drip")
on_wire("gzip_garbage", "whole", content_encoding="gzip")
on_wire("length_too_short", "short")
wrong(
    "gzip_fine",
    lambda _, body: Reply(body=gzip.compress(ok(body).body), headers=JSON | {"content-encoding": "gzip"}),
    "any",
)
wrong("html_200", lambda *_: Reply(body=b"<html>Login</html>", headers={"content-type": "text/html"}), "any")
wrong("empty_200", lambda *_: Reply(), "any")
wrong("latin_1_200", lambda *_: Reply(body='{"größe": 1}'.encode("latin-1")), "any")
# Forms that are refused.
for part in ("response_format", "max_completion_tokens", "size", "quality"):
    refuse_path = "image" if part in {"size", "quality"} else "chat"

    def refuse(asked: Asked, body: dict[str, Any], part: str = part) -> Reply:
        if part not in asked.body:
            return ok(body)
        return Reply(
            400, json.dumps({"error": {"message": f"Unsupported parameter: '{part}'", "param": part}}).encode()
        )

    FAULTS[f"refuses_{part}"] = Fault(refuse_path, refuse)
# Pictures.
picture_is("image_data_url", lambda png, _: {"b64_json": "data:image/png;base64," + base64.b64encode(png).decode()})
picture_is("image_data_url_as_url", lambda png, _: {"url": "data:image/png;base64," + base64.b64encode(png).decode()})
picture_is("image_line_ends", lambda png, _: {"b64_json": base64.encodebytes(png).decode()})
picture_is("image_url_safe", lambda png, _: {"b64_json": base64.urlsafe_b64encode(png).decode().rstrip("=")})
for kind in ("GIF", "WEBP", "JPEG", "AVIF"):
    picture_is(
        f"image_{kind.lower()}",
        lambda _png, _, kind=kind: {"b64_json": base64.b64encode(painted((64, 48), kind)).decode()},
    )
picture_is("image_truncated", lambda png, _: {"b64_json": base64.b64encode(png[: len(png) // 2]).decode()})
picture_is("image_1_pixel", lambda *_: {"b64_json": base64.b64encode(painted((1, 1))).decode()})
picture_is("image_bomb", lambda *_: {"b64_json": base64.b64encode(painted((9000, 9000), mode="1")).decode()})
picture_is("image_text", lambda *_: {"b64_json": base64.b64encode(b"no picture").decode()})
picture_is("image_number", lambda *_: {"b64_json": 7})
picture_is("image_key_url", lambda _, asked: {"url": f"ftp://{asked.key}/1.png"})
FAULTS["image_key_everywhere"] = Fault("image", lambda asked, body: named_by(key_beside(body, asked.key), asked.key))
picture_is("image_url_loop", lambda _, asked: {"url": f"{asked.url}/loop"})
wrong("image_no_data", lambda _, body: body.update(data=[]), "image")
wrong("image_usage_huge", lambda _, body: body.update(usage={"input_tokens": HUGE, "output_tokens": -1}), "image")


def repeat_key(body: dict[str, Any], key: str) -> dict[str, Any]:
    """The key in every field that a product might keep, whole and in part."""
    message = message_of(body)
    document = json.loads(message["content"])
    first = next(iter(document))
    if isinstance(document[first], str):
        document[first] += f" {key}"
    else:
        document[first][0]["note"] = key
    message.update(content=json.dumps(document), refusal=None, reasoning=key)
    body["choices"][0]["finish_reason"] = f"stop {key}"
    return body | {"model": f"model-{key[:14]}", "id": key, "system_fingerprint": key}


def key_everywhere(body: dict[str, Any], key: str) -> dict[str, Any]:
    """The key behind each text of the answer, so that it breaks the rules of most functions and is quoted to them."""
    message = message_of(body)
    message["content"] = json.dumps(with_key(json.loads(message["content"]), key))
    return key_beside(body, key)


def key_as_answer(body: dict[str, Any], key: str) -> dict[str, Any]:
    """The key instead of the answer, as text that is no JSON, after so many characters that a cut splits it."""
    message_of(body)["content"] = f"{'word ' * 57}{key}" * 3
    return key_beside(body, key)


def with_key(value: Any, key: str) -> Any:
    """The JSON value with the key behind each of its texts."""
    if isinstance(value, str):
        return f"{value} {key}"
    if isinstance(value, dict):
        return {name: with_key(inner, key) for name, inner in value.items()} | {key: key}
    return [with_key(inner, key) for inner in value] if isinstance(value, list) else value


def with_values(value: Any, names: set[str], new: object) -> Any:
    """The JSON value with another value in each of its fields of these names."""
    if isinstance(value, dict):
        return {name: new if name in names else with_values(inner, names, new) for name, inner in value.items()}
    return [with_values(inner, names, new) for inner in value] if isinstance(value, list) else value


def key_beside(body: dict[str, Any], key: str) -> dict[str, Any]:
    """The key in the side fields of a body, whole and in parts."""
    return body | {"model": f"model-{key}", "id": key, "object": key[:9], "error_note": key, key: {key[4:14]: key}}


def named_by(body: dict[str, Any], key: str) -> Reply:
    """A body whose headers have the key, too."""
    body["data"][0] |= {"revised_prompt": f"A calm scene {key}"}
    return Reply(body=ok(body).body, headers=JSON | {"x-request-id": key, "set-cookie": f"key={key}"})


def only_refusal(body: dict[str, Any], words: str) -> dict[str, Any]:
    """A completion in which the model declines."""
    message_of(body).update(content=None, refusal=words)
    return body


def painted(size: tuple[int, int], kind: str = "PNG", mode: str = "RGB") -> bytes:
    """A picture's bytes."""
    file = io.BytesIO()
    Image.new(mode, size, "darkgreen" if mode == "RGB" else 1).save(file, kind)
    return file.getvalue()
