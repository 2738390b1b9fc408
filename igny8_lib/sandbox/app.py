"""The sandbox's paths: OpenAI's under /v1, its own under /sandbox."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from igny8_lib.sandbox import chat
from igny8_lib.sandbox.answers import embeddings, pictures
from igny8_lib.sandbox.connection import transport_of
from igny8_lib.sandbox.dice import Throw
from igny8_lib.sandbox.protocol import (
    CREATED,
    EMBEDDING_MODEL,
    IMAGE_MODEL,
    SAYS,
    TEXT_MODEL,
    ApiError,
    ChatRequest,
    ConnectionDropped,
    EmbeddingRequest,
    ImageRequest,
    refuse_unsupported,
)
from igny8_lib.sandbox.serving import Sandbox, serve
from igny8_lib.sandbox.switches import Switches


def sandbox_of(request: Request) -> Sandbox:
    """The server's memory."""
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox


def require_key(request: Request) -> None:
    """Any bearer key will do, but there must be one. Raises ApiError."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        message = "You didn't provide an API key. Send any in the header: Authorization: Bearer KEY (sandbox)."
        entry = getattr(request.state, "entry", None)
        if entry is not None:
            entry.outcome = "unauthorized"
        raise ApiError(401, message, code="invalid_api_key")


Served = Annotated[Sandbox, Depends(sandbox_of)]
openai_api = APIRouter(prefix="/v1", dependencies=[Depends(require_key)])
own_api = APIRouter()


@openai_api.post("/chat/completions")
async def chat_completions(body: ChatRequest, request: Request, sandbox: Served) -> Response:
    """A chat completion."""
    refuse_unsupported(body)
    text = "\n".join(body.texts)
    rewrite = sandbox.switches.rewrite
    return await serve(request, sandbox, text, lambda throw: chat.complete(body, throw, sandbox.prompts, rewrite))


@openai_api.post("/images/generations")
async def image_generations(body: ImageRequest, request: Request, sandbox: Served) -> Response:
    """An image."""
    refuse_unsupported(body)
    size = pictures.size_of(body.size)
    by_url = (body.response_format or ("url" if sandbox.switches.image_as_url else "b64_json")) == "url"
    base_url = str(request.base_url)

    def make(throw: Throw) -> dict[str, Any]:
        content = pictures.spoilt(pictures.draw(body.prompt, size), throw)
        return pictures.answer(body, content, keep=sandbox.keep_file if by_url else None, base_url=base_url)

    return await serve(request, sandbox, body.prompt, make)


@openai_api.post("/embeddings")
async def create_embeddings(body: EmbeddingRequest, request: Request, sandbox: Served) -> Response:
    """Embeddings."""
    embeddings.check(body)
    return await serve(request, sandbox, "\n".join(body.texts), lambda throw: embeddings.answer(body, throw))


@openai_api.get("/models")
async def models() -> dict[str, Any]:
    """The models there are; requests may name any other."""
    names = (TEXT_MODEL, IMAGE_MODEL, EMBEDDING_MODEL)
    data = [{"id": name, "object": "model", "created": CREATED, "owned_by": "igny8-sandbox"} for name in names]
    return {"object": "list", "data": data}


@own_api.get("/")
async def about() -> dict[str, Any]:
    """What this server is."""
    return {
        "name": "IGNY8 AI sandbox",
        "says": SAYS,
        "models": [TEXT_MODEL, IMAGE_MODEL, EMBEDDING_MODEL],
        "base_url": "/v1",
        "switches": "/sandbox/switches",
        "requests": "/sandbox/requests",
    }


@own_api.get("/health")
async def health() -> dict[str, str]:
    """Is it up."""
    return {"status": "ok"}


@own_api.get("/files/{name}")
async def file(name: str, sandbox: Served) -> Response:
    """An image that was answered by URL."""
    content = sandbox.files.get(name)
    if content is None:
        raise ApiError(404, f"There is no file {name} (any more): the sandbox keeps the latest images only.")
    return Response(content, media_type="image/png")


@own_api.get("/sandbox/switches")
async def show_switches(sandbox: Served) -> Switches:
    """The switches in force."""
    return sandbox.switches


@own_api.put("/sandbox/switches")
async def set_switches(values: Annotated[dict[str, Any], Body()], sandbox: Served) -> Switches:
    """Change the switches that are named; the others stay."""
    try:
        sandbox.switch(sandbox.switches.change(values))
    except ValidationError as error:
        raise ApiError(400, "; ".join(problems(error.errors())), param="switches") from None
    return sandbox.switches


@own_api.delete("/sandbox/switches")
async def reset_switches(sandbox: Served) -> Switches:
    """Back to the switches the server was started with."""
    sandbox.switch(sandbox.initial)
    return sandbox.switches


@own_api.get("/sandbox/requests")
async def show_requests(sandbox: Served) -> dict[str, Any]:
    """What was asked since the start or the last reset."""
    return sandbox.journal.as_json()


@own_api.delete("/sandbox/requests")
async def forget_requests(sandbox: Served) -> dict[str, Any]:
    """Forget it."""
    sandbox.reset()
    return sandbox.journal.as_json()


class HangUp(Response):
    """Closes the connection instead of answering."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401, ARG002 - ASGI's signature
        """Close it, and wait until that is known, so that the server does not try to send an error."""
        transport = transport_of(scope)
        if transport is None:
            raise RuntimeError("Only the sandbox's own server can drop connections.")
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


async def hang_up(_request: Request, _error: Exception) -> Response:
    """A dropped connection."""
    return HangUp()


async def api_error(_request: Request, error: ApiError) -> Response:
    """An error in OpenAI's shape."""
    return JSONResponse(error.body, error.status, error.headers)


async def invalid_body(request: Request, error: RequestValidationError) -> Response:
    """A body of the wrong shape."""
    found = error.errors()
    param = ".".join(str(part) for part in found[0]["loc"][1:]) or None
    return await api_error(request, ApiError(400, "; ".join(problems(found)), param=param))


async def http_error(request: Request, error: HTTPException) -> Response:
    """A path or a method there is not."""
    message = str(error.detail)
    if error.status_code in {404, 405}:
        message = f"Invalid URL ({request.method} {request.url.path}): {error.detail}."
    return await api_error(request, ApiError(error.status_code, message))


async def fault(request: Request, error: Exception) -> Response:
    """A fault of the sandbox's own; the traceback is in its log."""
    message = f"The sandbox failed: {type(error).__name__}. This is no switch but a fault; its log says more."
    return await api_error(request, ApiError(500, message, kind="server_error"))


def problems(found: Any) -> list[str]:  # noqa: ANN401 - pydantic's and FastAPI's lists differ in type only
    """Validation errors as sentences."""
    return [f"{'.'.join(str(part) for part in item['loc'] if part != 'body')}: {item['msg']}" for item in found]


def create_app(sandbox: Sandbox) -> FastAPI:
    """The application around one memory."""
    app = FastAPI(title="IGNY8 AI sandbox", description=SAYS, docs_url=None, redoc_url=None)
    app.state.sandbox = sandbox
    app.include_router(openai_api)
    app.include_router(own_api)
    app.add_exception_handler(ApiError, api_error)  # type: ignore[arg-type]
    app.add_exception_handler(ConnectionDropped, hang_up)
    app.add_exception_handler(RequestValidationError, invalid_body)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, http_error)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, fault)
    return app
