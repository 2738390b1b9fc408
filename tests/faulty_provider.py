"""A second provider that fails, beside the product's sandbox and independent of it: a small HTTP server.

It speaks OpenAI's protocol (chat completions, images, embeddings, models), answers the product's five AI functions well
enough to pass their rules, and spoils its answers in about a hundred ways that providers, gateways and attackers have.

    with FaultyProvider("error_429_in_200") as provider:     every request of the kind fails so
    with FaultyProvider("empty", times=1) as provider:       only the first request of each idempotency key
    with FaultyProvider(mix=0.25, seed=7) as provider:       each request with this probability, any fault
    with FaultyProvider(spread=names) as provider:           each request of a stage has another one of these
    provider.banned = ("gambling",)                          each prompt about it is refused, as moderation does
        AIClient(Endpoint(provider.base_url, KEY, "text", "image"))

`FAULTS` (in `tests/faults.py`) names all faults and says of each which path it concerns. With `spread`, `times` counts
the HTTP requests of a charge, whatever is asked again in it. `provider.requests` counts HTTP requests by
Idempotency-Key, `provider.given` the faults that were given; `provider.mend()` makes it a good provider.
"""

from __future__ import annotations

import base64
import copy
import json
import random
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.faults import FAULTS, Asked, Fault, Reply, ok, painted

__all__ = ["FAULTS", "FaultyProvider"]


def good_body(asked: Asked) -> dict[str, Any]:
    """A body without fault for the request."""
    if asked.path == "image":
        picture = {"b64_json": base64.b64encode(painted((96, 64))).decode()}
        return {"created": 1, "data": [picture], "usage": {"input_tokens": 9, "output_tokens": 99}}
    text = json.dumps(good_document(asked.body))
    usage = {"prompt_tokens": 100, "completion_tokens": 50, "prompt_tokens_details": {"cached_tokens": 40}}
    choice = {"index": 0, "message": {"role": "assistant", "content": text, "refusal": None}, "finish_reason": "stop"}
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "faulty",
        "choices": [choice],
        "usage": usage,
    }


def input_of(body: dict[str, Any]) -> dict[str, Any]:
    """What a prompt is about."""
    asked = next(message["content"] for message in body["messages"] if message["role"] == "user")
    given: dict[str, Any] = json.loads(asked.partition("INPUT:\n")[2])
    return given


def items_of(body: dict[str, Any]) -> str:
    """The items that a prompt asks about, without what it shows of the site, as one text."""
    return json.dumps([value for name, value in input_of(body).items() if not name.startswith("existing_")])


def good_document(body: dict[str, Any]) -> dict[str, Any]:
    """What the product's functions ask for, told apart by their input."""
    given = input_of(body)
    if "keywords" in given:
        return {"clusters": [cluster(given["keywords"][at : at + 4]) for at in range(0, len(given["keywords"]), 4)]}
    if "clusters" in given:
        return {"clusters": [{"n": item["n"], "ideas": [idea(item, given)]} for item in given["clusters"]]}
    return article(given) if "outline" in given else prompts(given)


def cluster(keywords: list[dict[str, Any]]) -> dict[str, Any]:
    """A cluster of these keywords, named by the first."""
    name = f"{keywords[0]['text']} basics"[:80]
    return {"name": name, "description": f"All about {name}.", "keywords": [word["n"] for word in keywords]}


def idea(item: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """One idea for a cluster, with a title that the site does not have."""
    title = f"{item['name']} explained"
    title += f" {len(given['existing_titles'])}" if title in given["existing_titles"] else ""
    words = {"content_type": "guide", "intent": "informational", "estimated_word_count": 400}
    return words | {"title": title, "outline": ["First", "Then"], "target_keywords": item["keywords"][:3]}


def article(given: dict[str, Any]) -> dict[str, Any]:
    """An article of about the words that were asked for."""
    sentence = f"Everyone who asks about {given['target_keywords'][0]} finds a calm and useful answer in this part. "
    part = f"<p>{sentence * (given['word_count'] // (2 * len(sentence.split())) + 1)}</p>"
    html = f"<p>{sentence}</p><h2>What it is</h2>{part}<h2>How it works</h2>{part}"
    lists = {"secondary_keywords": given["target_keywords"][1:], "tags": ["help"], "categories": ["Guides"]}
    texts = {"meta_title": given["title"][:60], "meta_description": sentence[:150], "html": html}
    return {"title": given["title"], "primary_keyword": given["target_keywords"][0]} | texts | lists


def prompts(given: dict[str, Any]) -> dict[str, Any]:
    """Prompts for the pictures of an article."""
    kinds = ["featured", *["in_article"] * (given["images"] - 1)]
    return {"images": [{"kind": kind, "prompt": "A calm scene", "alt_text": "A calm scene"} for kind in kinds]}


class FaultyProvider(ThreadingHTTPServer):
    """The server, in a thread of this process; see the module's docstring."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        fault: str | None = None,
        *,
        mix: float = 0,
        seed: int = 0,
        times: int | None = None,
        spread: Sequence[str] = (),
    ) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.fault, self.mix, self.seed, self.times, self.spread = fault, mix, seed, times, spread
        self.banned: tuple[str, ...] = ()
        self.requests: Counter[str] = Counter()
        self.charges: Counter[str] = Counter()
        self.given: Counter[str] = Counter()
        self.runs: dict[str, int] = {}
        self.lock = threading.Lock()
        self.embeddings: Callable[[list[str]], Reply] = without_direction

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def base_url(self) -> str:
        """What a client's base URL is."""
        return f"{self.url}/v1"

    def choose(self, key: str, path: str) -> Fault | None:
        """The fault of this request, None for a good answer; the same for the same seed, place and number."""
        with self.lock:
            self.requests[key] += 1
            charge = key.partition("/ask/")[0]
            self.charges[charge] += 1
            number = self.charges[charge] if self.spread else self.requests[key]
            dice = random.Random(f"{self.seed}/{self.place_of(key)}/{number}")  # noqa: S311 - a test's dice
            name = self.share_of(charge, path) if self.spread else self.fault
            if name is None and dice.random() < self.mix:
                name = dice.choice([name for name, fault in FAULTS.items() if fault.path in {path, "any"}])
            late = self.times is not None and number > self.times
            if name is None or late or FAULTS[name].path not in {path, "any"}:
                return None
            self.given[name] += 1
            return FAULTS[name]

    def place_of(self, key: str) -> str:
        """The key with its run's number among those seen here, without the database and the id that it has there: other
        databases throw the same dice.
        """
        run, stage, rest = key.partition("/stage/")
        return f"{self.runs.setdefault(run, len(self.runs))}{stage}{rest}" if stage else key

    def mend(self) -> None:
        """Be a good provider from now on."""
        self.fault, self.mix, self.spread, self.banned = None, 0, (), ()

    def share_of(self, charge: str, path: str) -> str | None:
        """The fault of the spread ones that is a request's, by its number within its stage."""
        fitting = [name for name in self.spread if FAULTS[name].path in {path, "any"}]
        number = charge.rpartition("/request/")[2]
        return fitting[int(number) % len(fitting)] if fitting and number.isdigit() else None

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the tests."""


def without_direction(texts: list[str]) -> Reply:
    """Embeddings that tell nothing, unless a test has others."""
    return ok({"data": [{"embedding": [0.0]} for _ in texts]})


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: FaultyProvider

    def do_GET(self) -> None:
        """The models, and an address that leads to itself."""
        loop = self.path.startswith("/loop")
        models = {"object": "list", "data": [{"id": "text"}, {"id": "image"}]}
        self.send(Reply(302, b"", {"location": "/loop"}) if loop else ok(models))

    def do_POST(self) -> None:
        """A completion, a picture or embeddings."""
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        key = self.headers.get("authorization", "").partition(" ")[2]
        if self.path.endswith("/embeddings"):
            self.send(self.server.embeddings(body["input"]))
            return
        path = "image" if self.path.endswith("/images/generations") else "chat"
        asked = Asked(path, body, key, self.server.url)
        fault = self.server.choose(self.headers.get("idempotency-key", ""), path)
        if path == "chat" and any(word in items_of(body) for word in self.server.banned):
            fault = FAULTS["error_moderation"]
        good = good_body(asked)
        self.send(fault.make(asked, copy.deepcopy(good)) if fault else ok(good))

    def send(self, reply: Reply) -> None:
        """Send it the way it goes."""
        if reply.way == "reset":
            self.connection.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SO_LINGER 0: RST instead of FIN
            self.connection.close()
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(reply.body) - 20 * (reply.way == "short")))
        self.end_headers()
        self.close_connection = reply.way != "whole"
        if reply.way == "drip":
            for at in range(40):
                self.wfile.write(reply.body[at : at + 1])
                self.wfile.flush()
                time.sleep(0.05)
            return
        self.wfile.write(reply.body[: len(reply.body) // 2] if reply.way == "cut" else reply.body)

    def log_message(self, *_: object) -> None:
        """Quiet."""
