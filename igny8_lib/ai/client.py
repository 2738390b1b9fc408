"""The client for any OpenAI-compatible provider, and the only importer of the openai SDK.

Importing the SDK takes longer than all the rest of a task's start, so it is imported when a client is opened and not
when a DAG file is parsed.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pydantic import BaseModel, ValidationError

from igny8_lib.ai.answers import ImageAnswer, TextAnswer, TokenUsage
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.errors import AIFailure, BadAnswer, ProviderOverloaded, ProviderUnreachable
from igny8_lib.ai.failures import failure_of
from igny8_lib.ai.pace import Pace
from igny8_lib.ai.pictures import NoPicture, Picture, address, decoded, fetch
from igny8_lib.ai.requests import A, ImageRequest, Message, TextRequest
from igny8_lib.ai.retrying import Retrying
from igny8_lib.ai.schema import strict_schema
from igny8_lib.ai.wire import Completion, Drawing, DrawnImage

if TYPE_CHECKING:
    import httpx
    from openai import AsyncOpenAI

__all__ = ["AIClient", "Endpoint", "ImageAnswer", "TextAnswer", "TokenUsage"]

Body = TypeVar("Body", bound=BaseModel)
Send = Callable[..., Awaitable[Any]]
"""A method of the SDK that answers with the raw response."""
Leaving = Callable[[], Awaitable[None]]
"""Called each time the request has its place and is about to leave; what it raises keeps the request from leaving."""
Refused = Callable[[], Awaitable[None]]
"""Called after each attempt that the provider answered with an error, before the wait for the next one."""
DEFAULT_IN_FLIGHT = 8
CONNECT_SECONDS = 10.0
HTTP_LOGGERS = ("httpx", "httpx2")
"""They log each URL at level INFO: noise for a provider's, a secret for a signed picture's."""


class AIClient:
    """Asks one provider, at its pace. Open it with `async with`; it belongs to the event loop it was opened in."""

    def __init__(self, endpoint: Endpoint, *, pace: Pace | None = None, retrying: Retrying | None = None) -> None:
        self.endpoint = endpoint
        self.pace = pace or Pace(DEFAULT_IN_FLIGHT)
        self._retrying = retrying or Retrying()
        self._open = AsyncExitStack()
        self._sdk: AsyncOpenAI | None = None
        self._http: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        from openai import AsyncOpenAI, Timeout  # noqa: PLC0415 - slow to import, see the module's docstring

        seconds = self.endpoint.timeout_seconds
        sdk = AsyncOpenAI(
            base_url=self.endpoint.base_url,
            api_key=self.endpoint.api_key,
            max_retries=0,  # ai/retrying.py is the one place that sends again
            timeout=Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
        )
        for name in HTTP_LOGGERS:
            logging.getLogger(name).setLevel(logging.WARNING)
        self._sdk = await self._open.enter_async_context(sdk)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def ask(
        self,
        request: TextRequest[A],
        *,
        key: str,
        messages: Sequence[Message] = (),
        leaving: Leaving | None = None,
        refused: Refused | None = None,
    ) -> TextAnswer:
        """Send the request, with more messages after its own (a repair), under an idempotency key.

        The answer is as it came: `request.read(answer)` judges it. Raises RequestRejected, ContentFiltered,
        ProviderOverloaded, ProviderUnreachable, ProviderRejected, InsufficientQuota.
        """
        body = {
            "model": self.endpoint.text_model,
            "messages": [*request.messages, *messages],
            "max_completion_tokens": request.max_output_tokens,
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": request.schema_name,
                    "strict": True,
                    "schema": strict_schema(request.answer),
                },
            },
        }
        (completion, latency), attempts = await self._retrying.run(
            lambda: self._call(
                self.sdk.chat.completions.with_raw_response.create, body, key, Completion, leaving, refused
            )
        )
        answer = completion.answer(self.endpoint.text_model, self.endpoint.prices, latency)
        return replace(answer, attempts=attempts)

    async def draw(
        self, request: ImageRequest, *, key: str, leaving: Leaving | None = None, refused: Refused | None = None
    ) -> ImageAnswer:
        """Have one picture drawn, fetch it if the provider answers with a URL, and prove that it is a picture.

        Raises ContentFiltered, AnswerInvalid (no whole PNG, JPEG or WebP) and the failures of `ask`.
        """
        model = self.endpoint.image_model
        body = {"model": model, "prompt": request.prompt, "size": request.size, "quality": request.quality, "n": 1}
        (drawing, latency), attempts = await self._retrying.run(
            lambda: self._call(self.sdk.images.with_raw_response.generate, body, key, Drawing, leaving, refused)
        )
        usage = drawing.priced(model, self.endpoint.prices)
        with paid_for(usage, attempts):
            picture, fetches = await self._picture(drawing.data[0])
        return ImageAnswer(
            content=picture.content,
            mime=picture.mime,
            width=picture.width,
            height=picture.height,
            model=model,
            usage=usage,
            latency_ms=latency,
            attempts=attempts + fetches,
        )

    async def _picture(self, drawn: DrawnImage) -> tuple[Picture, int]:
        """The picture, and the HTTP requests it took to fetch it (none for base64)."""
        if drawn.b64_json:
            return await asyncio.to_thread(decoded, drawn.b64_json), 0
        if not drawn.url:
            raise NoPicture("there is neither base64 nor a URL in it.")
        url, http = address(drawn.url), await self._browser()
        return await self._retrying.run(lambda: self._fetched(url, http))

    async def _fetched(self, url: httpx.URL, http: httpx.AsyncClient) -> Picture:
        """One attempt at a picture's URL, bounded in time as a whole."""
        async with translated(self.endpoint):
            return await fetch(url, http)

    async def _browser(self) -> httpx.AsyncClient:
        """A plain HTTP client for the URLs of pictures: those hosts never see the provider's key."""
        if self._http is None:
            import httpx  # noqa: PLC0415 - needed by few providers

            timeout = httpx.Timeout(self.endpoint.timeout_seconds, connect=CONNECT_SECONDS)
            client = httpx.AsyncClient(timeout=timeout, follow_redirects=True, max_redirects=3)
            self._http = await self._open.enter_async_context(client)
        return self._http

    async def _call(  # noqa: PLR0917 - private, and called in two places
        self,
        send: Send,
        body: dict[str, Any],
        key: str,
        shape: type[Body],
        leaving: Leaving | None,
        refused: Refused | None,
    ) -> tuple[Body, int]:
        """One HTTP request in one slot: the body that came back, and the milliseconds it took."""
        async with self.pace.slot() as slot:
            if leaving is not None:
                await leaving()
            started = time.monotonic()
            try:
                async with translated(self.endpoint):
                    response = await send(**body, extra_headers={"Idempotency-Key": key})
            except AIFailure as failure:
                if isinstance(failure, ProviderOverloaded) and failure.throttled:
                    self.pace.throttled(slot)
                if failure.refused and refused is not None:
                    await refused()
                raise
            latency_ms = round((time.monotonic() - started) * 1000)
            self.pace.succeeded(slot)
        try:
            return shape.model_validate_json(response.content), latency_ms
        except ValidationError:
            raise ProviderUnreachable("The AI provider's answer is not in the shape of its API.") from None

    @property
    def sdk(self) -> AsyncOpenAI:
        """The opened SDK. Raises RuntimeError outside `async with`."""
        if self._sdk is None:
            raise RuntimeError("The AI client is not open; use it inside `async with`.")
        return self._sdk


def warm_up() -> None:
    """Import what the first request would: processes forked afterwards have it already.

    Raises ImportError where a newer version has moved something.
    """
    for name in ("anyio._backends._asyncio", "jinja2", "jiter"):
        importlib.import_module(name)
    from openai import AsyncOpenAI  # noqa: PLC0415 - slow to import, see the module's docstring
    from PIL import Image  # noqa: PLC0415 - for pictures only

    Image.preinit()
    sdk = AsyncOpenAI(base_url="http://127.0.0.1", api_key="none")  # imports as it is used; nothing is sent
    for resource in (sdk.chat.completions, sdk.images):
        resource.with_raw_response  # noqa: B018 - the access is what imports


@asynccontextmanager
async def translated(endpoint: Endpoint) -> AsyncIterator[None]:
    """Bound one request in time, and turn the SDK's errors into ours. Neither key nor prompt gets into a message."""
    import openai  # noqa: PLC0415 - slow to import, see the module's docstring

    try:
        async with asyncio.timeout(endpoint.timeout_seconds):
            yield
    except (TimeoutError, openai.APITimeoutError):
        raise ProviderUnreachable(f"The AI provider did not answer in {endpoint.timeout_seconds:g} s.") from None
    except openai.APIStatusError as error:
        raise failure_of(error.status_code, error.body, error.response.headers, endpoint.api_key) from None
    except openai.APIConnectionError as error:
        reason = type(error.__cause__).__name__
        raise ProviderUnreachable(f"The AI provider at {endpoint.base_url} cannot be reached ({reason}).") from None


@contextmanager
def paid_for(usage: TokenUsage, attempts: int) -> Iterator[None]:
    """What fails from here on happens to a picture that was drawn and is paid for: say so in the error."""
    try:
        yield
    except AIFailure as failure:
        failure.attempts += attempts
        if isinstance(failure, BadAnswer):
            failure.used(usage)
        raise
