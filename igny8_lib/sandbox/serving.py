"""One request's life: what becomes of it is decided, the answer made in a thread, the rest of the latency slept."""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from igny8_lib.sandbox.dice import Dice, Throw
from igny8_lib.sandbox.journal import Entry, Journal
from igny8_lib.sandbox.protocol import ApiError, ConnectionDropped
from igny8_lib.sandbox.switches import Reaction, Switches
from igny8_lib.sandbox.tokens import PromptCache

KEPT_FILES = 200
"""Images served by URL; older ones are forgotten."""

Make = Callable[[Throw], dict[str, Any]]
"""Makes the JSON answer of a request that fails in no other way than the throw says."""


@dataclass
class Sandbox:
    """Everything one server remembers."""

    initial: Switches = field(default_factory=Switches)
    switches: Switches = field(init=False)
    journal: Journal = field(default_factory=Journal)
    dice: Dice = field(default_factory=Dice)
    prompts: PromptCache = field(default_factory=PromptCache)
    files: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    working: int = 0
    """Requests that were let in and are not answered yet."""

    def __post_init__(self) -> None:
        self.switch(self.initial)

    def switch(self, switches: Switches) -> None:
        """Put new switches in force."""
        self.switches = switches
        self.dice.load(switches)

    def reset(self) -> None:
        """Forget all requests seen so far, so that the next ones fare as after a start."""
        self.journal.reset()
        self.dice.forget()
        self.prompts.forget()

    def keep_file(self, name: str, content: bytes) -> None:
        """Keep an image for GET /files/<name>."""
        self.files[name] = content
        if len(self.files) > KEPT_FILES:
            self.files.popitem(last=False)


async def serve(request: Request, sandbox: Sandbox, text: str, make: Make) -> Response:
    """Answer a request whose strings are `text`. Raises ApiError and ConnectionDropped as the switches want it."""
    arrived = asyncio.get_running_loop().time()
    entry: Entry = request.state.entry
    throw = sandbox.dice.throw(sandbox.switches, await request.body(), text)
    entry.outcome = throw.outcome
    refuse_at_once(sandbox, throw, entry)
    sandbox.working += 1
    try:
        return await work(request, arrived + latency(sandbox.switches, throw), throw, make)
    finally:
        sandbox.working -= 1


async def work(request: Request, until: float, throw: Throw, make: Make) -> Response:
    """Do what an admitted request takes, until then. Raises ApiError and ConnectionDropped."""
    if throw.outcome in {Reaction.SERVER_ERROR, Reaction.DROPPED}:
        await wait(request, until)
        raise failure(throw)
    answer = await asyncio.to_thread(make, throw)
    response = JSONResponse(answer)
    await wait(request, until)
    return response


def latency(switches: Switches, throw: Throw) -> float:
    """Seconds from arrival to answer."""
    return max(0.0, switches.latency_seconds + switches.latency_jitter * (2 * throw.chance("latency") - 1))


async def wait(request: Request, until: float) -> None:
    """Sleep until then, or until the client hangs up: a request nobody waits for is not in flight any more."""
    left = until - asyncio.get_running_loop().time()
    if left <= 0:
        return
    hung_up = asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait({hung_up}, timeout=left)
    finally:
        hung_up.cancel()


def refuse_at_once(sandbox: Sandbox, throw: Throw, entry: Entry) -> None:
    """The refusals a provider sends without doing any work. Raises ApiError."""
    switches = sandbox.switches
    if throw.outcome is Reaction.QUOTA_EXHAUSTED:
        message = "You exceeded your current quota, please check your plan and billing details. (sandbox switch)"
        raise ApiError(429, message, kind="insufficient_quota", code="insufficient_quota")
    if throw.outcome is Reaction.RATE_LIMITED:
        raise too_many("Rate limit reached. (sandbox switch)", switches.retry_after_seconds)
    if 0 < switches.max_in_flight <= sandbox.working:
        entry.outcome = Reaction.RATE_LIMITED
        most = f"More than {switches.max_in_flight} requests in flight. (sandbox switch)"
        raise too_many(most, switches.retry_after_seconds)


def too_many(message: str, seconds: float) -> ApiError:
    """429, with the wait in whole seconds for everybody and in milliseconds for those who read that."""
    headers = {"retry-after": str(math.ceil(seconds)), "retry-after-ms": str(round(seconds * 1000))}
    return ApiError(429, message, kind="requests", code="rate_limit_exceeded", headers=headers)


def failure(throw: Throw) -> ApiError | ConnectionDropped:
    """A dropped connection, or one of the three server errors."""
    if throw.outcome is Reaction.DROPPED:
        return ConnectionDropped()
    status, message = (
        (500, "The server had an error while processing your request. (sandbox switch)"),
        (502, "Bad gateway. (sandbox switch)"),
        (503, "The engine is currently overloaded, please try again later. (sandbox switch)"),
    )[int(throw.chance("status") * 3)]
    return ApiError(status, message, kind="server_error")
