"""The client for any OpenAI-compatible provider, and the only importer of the openai SDK.

Importing the SDK takes longer than all the rest of a task's start, so it is imported when a client is opened and not
when a DAG file is parsed.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from igny8_lib.ai.answers import ImageAnswer, TextAnswer, TokenUsage
from igny8_lib.ai.chat_forms import chat_body, picture_body
from igny8_lib.ai.dialects import Dialect, Dialects, learn
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.errors import (
    AIFailure,
    BadAnswer,
    FormRefused,
    ProviderRejected,
    ProviderUnreachable,
    RequestRejected,
)
from igny8_lib.ai.failures import classify
from igny8_lib.ai.pace import Pace, Slot
from igny8_lib.ai.pictures import NoPicture, Picture, decode_picture, fetch, load_formats, read_address
from igny8_lib.ai.requests import A, ImageRequest, Message, TextRequest
from igny8_lib.ai.responses import COMPLETION, DRAWING, LISTING, Response, Verdict, judge
from igny8_lib.ai.retrying import Retrying
from igny8_lib.ai.scrub import Scrubber
from igny8_lib.ai.sending import Leaving, Refused, Sending
from igny8_lib.ai.wire import DrawnImage, read_completion, read_drawing, read_usage
from igny8_lib.tls import believed

if TYPE_CHECKING:
    import httpx
    from openai import AsyncOpenAI

__all__ = ["AIClient", "Endpoint", "ImageAnswer", "Leaving", "Refused", "TextAnswer", "TokenUsage"]

DEFAULT_IN_FLIGHT = 8
CONNECT_SECONDS = 10.0
HTTP_LOGGERS = ("httpx", "httpx2", "httpcore", "httpcore2", "openai")
"""They log each URL at level INFO: noise for a provider's, a secret for a signed picture's. At level DEBUG they log
prompts, and the headers of answers as they came: some providers repeat the key there."""
NEVER_ARRIVED = frozenset(
    {"ConnectError", "ConnectTimeout", "PoolTimeout", "LocalProtocolError", "UnsupportedProtocol"}
)
"""The HTTP library's errors of a request that did not reach the provider."""


class AIClient:
    """Asks one provider, at its pace. Open it with `async with`; it belongs to the event loop it was opened in."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        pace: Pace | None = None,
        retrying: Retrying | None = None,
        dialects: Dialects | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.pace = pace or Pace(DEFAULT_IN_FLIGHT)
        self.dialects = dialects or Dialects()
        self._scrubber = Scrubber(endpoint.api_key)
        self._retrying = retrying or Retrying()
        self._open = AsyncExitStack()
        self._sdk: AsyncOpenAI | None = None
        self._http: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        from httpx2 import create_ssl_context  # noqa: PLC0415 - the SDK's own, as slow
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout  # noqa: PLC0415 - slow, see the docstring

        seconds = self.endpoint.timeout_seconds
        timeout = Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
        sdk = AsyncOpenAI(
            base_url=self.endpoint.base_url,
            api_key=self.endpoint.api_key,
            max_retries=0,  # ai/retrying.py is the one place that sends again
            timeout=timeout,
            # A redirect would multiply requests, and could take the key to another host.
            http_client=DefaultAsyncHttpxClient(
                follow_redirects=False, timeout=timeout, verify=believed(create_ssl_context)
            ),
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

        Whatever came with HTTP 200 is an answer, also an empty, truncated or declined one: `request.read(answer)` says
        what it is worth. `leaving` is called before each HTTP request, `refused` after each that was surely not done.
        Raises what gave no answer: ContentFiltered, RequestRejected, ProviderOverloaded, ProviderUnreachable,
        ProviderRejected, InsufficientQuota.
        """
        model = self.endpoint.text_model

        def build(dialect: Dialect) -> Mapping[str, Any]:
            return chat_body(model, request, messages, dialect)

        send = self.sdk.chat.completions.with_raw_response.create
        body, latency, attempts = await self._run(Sending(send, COMPLETION, model, key, build, leaving, refused))
        return replace(read_completion(body, model, self.endpoint.prices, latency), attempts=attempts)

    async def draw(
        self, request: ImageRequest, *, key: str, leaving: Leaving | None = None, refused: Refused | None = None
    ) -> ImageAnswer:
        """Have one picture drawn, fetch it if the provider answers with a URL, and prove that it is a picture.

        Raises ContentFiltered, AnswerInvalid (no whole picture) and the failures of `ask`.
        """
        model = self.endpoint.image_model

        def build(dialect: Dialect) -> Mapping[str, Any]:
            return picture_body(model, request, dialect)

        send = self.sdk.images.with_raw_response.generate
        body, latency, attempts = await self._run(Sending(send, DRAWING, model, key, build, leaving, refused))
        usage = read_usage(body, model, self.endpoint.prices)
        with note_paid(usage, attempts):
            picture, fetches = await self._picture(read_drawing(body))
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

    async def embed(self, texts: Sequence[str], *, key: str) -> Mapping[str, Any]:
        """The body of an answer with the texts' embeddings. Raises the failures of `ask`."""
        model = self.endpoint.embedding_model
        send = self.sdk.embeddings.with_raw_response.create
        body = {"model": model, "input": list(texts), "encoding_format": "float"}
        return (await self._run(Sending(send, LISTING, model, key, lambda _: body)))[0]

    async def list_models(self) -> Mapping[str, Any]:
        """The body of the provider's list of models. Raises the failures of `ask`."""
        send = self.sdk.models.with_raw_response.list
        return (await self._run(Sending(send, LISTING, "", "models", lambda _: {})))[0]

    async def _picture(self, drawn: DrawnImage) -> tuple[Picture, int]:
        """The picture, and the HTTP requests it took to fetch it (none for base64)."""
        if drawn.data:
            return await asyncio.to_thread(decode_picture, drawn.data), 0
        if not drawn.url:
            raise NoPicture("there is neither base64 nor a URL in it.")
        url, http = read_address(drawn.url), await self._browser()
        return await self._retrying.run(lambda: self._fetch(url, http))

    async def _fetch(self, url: httpx.URL, http: httpx.AsyncClient) -> Picture:
        """One attempt at a picture's URL, bounded in time as a whole."""
        async with translate_errors(self.endpoint):
            return await fetch(url, http, self._scrubber)

    async def _browser(self) -> httpx.AsyncClient:
        """A plain HTTP client for the URLs of pictures: those hosts never see the provider's key."""
        if self._http is None:
            import httpx  # noqa: PLC0415 - needed by few providers

            timeout = httpx.Timeout(self.endpoint.timeout_seconds, connect=CONNECT_SECONDS)
            certificates = believed(httpx.create_ssl_context)
            client = httpx.AsyncClient(timeout=timeout, follow_redirects=True, max_redirects=3, verify=certificates)
            self._http = await self._open.enter_async_context(client)
        return self._http

    async def _run(self, sending: Sending) -> tuple[Mapping[str, Any], int, int]:
        """The answer's body, the milliseconds its request took, and the HTTP requests sent for it."""
        try:
            (body, latency_ms), attempts = await self._retrying.run(lambda: self._attempt(sending))
        except AIFailure as failure:
            failure.attempts += sending.forms_refused
            raise
        await self.dialects.note_answered(sending.model)
        return body, latency_ms, attempts + sending.forms_refused

    async def _attempt(self, sending: Sending) -> tuple[Mapping[str, Any], int]:
        """One attempt at an answer: one HTTP request, or a few where the endpoint refuses its form."""
        # A listing has one form: nothing is learnt by sending one ahead of the others.
        async with nullcontext() if sending.kind is LISTING else self.dialects.turn(sending.model):
            while True:
                try:
                    found = await self._request(sending)
                except FormRefused as failure:
                    sending.forms_refused += 1
                    await sending.settle(failure)
                except AIFailure as failure:
                    self.dialects.open(sending.model)
                    await sending.settle(failure)
                    raise
                else:
                    self.dialects.open(sending.model)
                    return found

    async def _request(self, sending: Sending) -> tuple[Mapping[str, Any], int]:
        """One HTTP request in one slot. Raises FormRefused where a lesser form is worth a try."""
        spoken = sending.own or self.dialects.of(sending.model)
        body = sending.build(spoken)
        async with self.pace.slot() as slot:
            await sending.leave()
            response = await self._exchange(sending, body)
            verdict = judge(response, sending.kind, self._scrubber)
            self._keep_pace(verdict, slot)
        if verdict.refusal is not None:
            failure = classify(verdict.status, verdict.refusal, response.headers)
            await self._learn(sending, spoken, body, verdict, failure)
            raise failure
        if verdict.body is None:
            raise ProviderUnreachable("The AI provider's answer is not in the shape of its API.")
        return verdict.body, response.latency_ms

    def _keep_pace(self, verdict: Verdict, slot: Slot) -> None:
        """Slower after "too many requests", and one step towards faster after an answer."""
        if verdict.refusal is None:
            self.pace.speed_up(slot)
        elif verdict.status == 429:
            self.pace.slow_down(slot)

    async def _learn(
        self, sending: Sending, spoken: Dialect, body: Mapping[str, Any], verdict: Verdict, failure: AIFailure
    ) -> None:
        """Note what the endpoint does not understand. Raises FormRefused where there is a lesser form."""
        if verdict.refusal is None or not isinstance(failure, RequestRejected | ProviderRejected):
            return
        if sending.kind is LISTING:
            return  # it has one form
        lesson = learn(verdict.status, verdict.refusal, spoken, body)
        if lesson is None:
            return
        if not lesson.lasting or sending.own is not None:
            sending.own = lesson.dialect
        elif self.dialects.of(sending.model) == spoken:  # else another request has learnt it meanwhile
            await self.dialects.note(sending.model, lesson.dialect)
        form = FormRefused(str(failure))
        form.mark_refused(refused=failure.refused)
        raise form

    async def _exchange(self, sending: Sending, body: Mapping[str, Any]) -> Response:
        """Send one HTTP request and take what comes. Raises ProviderUnreachable where nothing whole comes."""
        import openai  # noqa: PLC0415 - slow to import, see the module's docstring

        started = time.monotonic()
        async with translate_errors(self.endpoint):
            try:
                raw = (await sending.send(**body, extra_headers={"Idempotency-Key": sending.key})).http_response
            except openai.APIStatusError as error:
                raw = error.response
        latency_ms = round((time.monotonic() - started) * 1000)
        return Response(raw.status_code, raw.content, raw.headers, latency_ms)

    @property
    def sdk(self) -> AsyncOpenAI:
        """The opened SDK. Raises RuntimeError outside `async with`."""
        if self._sdk is None:
            raise RuntimeError("The AI client is not open; use it inside `async with`.")
        return self._sdk


def warm_up() -> None:
    """Import what the first request would, and read the certificates: processes forked afterwards have both.

    Raises ImportError where a newer version has moved something.
    """
    for name in ("anyio._backends._asyncio", "jinja2", "jiter"):
        importlib.import_module(name)
    from httpx2 import create_ssl_context  # noqa: PLC0415 - the SDK's own, as slow
    from openai import AsyncOpenAI  # noqa: PLC0415 - slow to import, see the module's docstring

    load_formats()
    believed(create_ssl_context)  # 30 ms, in each task's first batch otherwise
    sdk = AsyncOpenAI(base_url="http://127.0.0.1", api_key="none")  # imports as it is used; nothing is sent
    for resource in (sdk.chat.completions, sdk.embeddings, sdk.images):
        resource.with_raw_response  # noqa: B018 - the access is what imports


@asynccontextmanager
async def translate_errors(endpoint: Endpoint) -> AsyncIterator[None]:
    """Bound one request in time, and turn the SDK's errors into ours. Neither key nor prompt gets into a message."""
    import openai  # noqa: PLC0415 - slow to import, see the module's docstring

    try:
        async with asyncio.timeout(endpoint.timeout_seconds):
            yield
    except (TimeoutError, openai.APITimeoutError) as error:
        failure = ProviderUnreachable(f"The AI provider did not answer in {endpoint.timeout_seconds:g} s.")
        failure.mark_refused(refused=type(error.__cause__).__name__ in NEVER_ARRIVED)
        raise failure from None
    except openai.APIConnectionError as error:
        reason = type(error.__cause__).__name__
        failure = ProviderUnreachable(f"The AI provider at {endpoint.base_url} cannot be reached ({reason}).")
        failure.mark_refused(refused=reason in NEVER_ARRIVED)
        raise failure from None


@contextmanager
def note_paid(usage: TokenUsage, attempts: int) -> Iterator[None]:
    """What fails from here on happens to a picture that was drawn and is paid for: say so in the error."""
    try:
        yield
    except AIFailure as failure:
        failure.attempts += attempts
        failure.mark_refused(refused=False)
        if isinstance(failure, BadAnswer):
            failure.note_usage(usage)
        raise
