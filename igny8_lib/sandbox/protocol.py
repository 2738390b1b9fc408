"""The shapes of OpenAI's HTTP API that the sandbox speaks: requests as it reads them, errors as it writes them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

TEXT_MODEL = "sandbox-text-1"
IMAGE_MODEL = "sandbox-image-1"
EMBEDDING_MODEL = "sandbox-embedding-1"
FINGERPRINT = "sandbox-no-model"
CREATED = 1_767_225_600
"""2026-01-01 UTC: answers carry no other time, so that equal requests get equal answers."""
SAYS = (
    "This is the IGNY8 AI sandbox. No model is behind it: every answer is put together from templates and from the "
    "words of the request, offline and deterministically. Use it to try the product and to test it, not to publish."
)


class ApiError(Exception):
    """An answer in OpenAI's error shape."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body = {"error": {"message": message, "type": kind, "param": param, "code": code}}


class ConnectionDropped(Exception):
    """The connection is to be closed without an answer."""


class Lenient(BaseModel):
    """A request part; what the sandbox does not know of the API is accepted and ignored."""

    model_config = ConfigDict(extra="ignore")


class ContentPart(Lenient):
    """A part of a message; only text is read."""

    type: str
    text: str = ""


class ChatMessage(Lenient):
    """One message of a conversation."""

    role: str
    content: str | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """The message's text."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class JsonSchema(BaseModel):
    """A named JSON schema."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    name: str
    json_schema: dict[str, Any] = Field(default_factory=dict, alias="schema")


class ResponseFormat(Lenient):
    """How the answer is to be written."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    json_schema: JsonSchema | None = None


class ChatRequest(Lenient):
    """POST /v1/chat/completions."""

    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    response_format: ResponseFormat = ResponseFormat()
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    n: int | None = None
    stream: bool | None = None
    tools: list[Any] | None = None

    @property
    def texts(self) -> list[str]:
        """The messages' texts in order."""
        return [message.text for message in self.messages]

    @property
    def most_tokens(self) -> int | None:
        """The cap on the answer's length, under its new or its old name."""
        return self.max_completion_tokens or self.max_tokens


class ImageRequest(Lenient):
    """POST /v1/images/generations."""

    prompt: str = Field(min_length=1, max_length=32_000)
    model: str = IMAGE_MODEL
    size: str | None = None
    quality: str | None = None
    n: int | None = None
    response_format: Literal["url", "b64_json"] | None = None
    output_format: Literal["png"] | None = None
    stream: bool | None = None


class EmbeddingRequest(Lenient):
    """POST /v1/embeddings."""

    model: str
    input: str | list[str]
    dimensions: int | None = Field(default=None, ge=1, le=4096)
    encoding_format: Literal["float", "base64"] = "float"

    @property
    def texts(self) -> list[str]:
        """The texts to embed."""
        return [self.input] if isinstance(self.input, str) else self.input


def refuse_unsupported(request: ChatRequest | ImageRequest) -> None:
    """Say what the sandbox does not do. Raises ApiError."""
    if request.stream:
        raise ApiError(400, "The sandbox does not stream; send the request without stream.", param="stream")
    if request.n not in (None, 1):
        raise ApiError(400, "The sandbox gives one answer per request; leave out n.", param="n")
    if isinstance(request, ChatRequest) and request.tools:
        raise ApiError(400, "The sandbox calls no tools; send the request without tools.", param="tools")
