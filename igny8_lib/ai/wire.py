"""The provider's JSON, read strictly: a body of another shape is a failure of the provider, not an answer."""

from __future__ import annotations

from pydantic import BaseModel, Field

from igny8_lib.ai.answers import TextAnswer, TokenUsage
from igny8_lib.ai.errors import AnswerInvalid, AnswerRefused, AnswerTruncated, ContentFiltered
from igny8_lib.ai.prices import Prices
from igny8_lib.text.characters import storable


class PromptDetails(BaseModel):
    """Details of the prompt's tokens."""

    cached_tokens: int | None = None


class CompletionUsage(BaseModel):
    """Token counts of a chat completion."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: PromptDetails | None = None


class ChatMessage(BaseModel):
    """What the model said, or why it did not."""

    content: str | None = None
    refusal: str | None = None


class Choice(BaseModel):
    """One alternative; we ask for one."""

    message: ChatMessage
    finish_reason: str | None = None


class Completion(BaseModel):
    """The body of POST /chat/completions."""

    choices: list[Choice] = Field(min_length=1)
    model: str = ""
    usage: CompletionUsage | None = None

    def answer(self, asked_model: str, prices: Prices, latency_ms: int) -> TextAnswer:
        """The answer with its figures; `attempts` is 1 until the caller knows better."""
        choice = self.choices[0]
        return TextAnswer(
            text=storable(choice.message.content or ""),
            finish_reason=choice.finish_reason or "",
            model=self.model or asked_model,
            usage=self.priced(asked_model, prices),
            latency_ms=latency_ms,
            attempts=1,
            refusal=self.refusal(),
        )

    def priced(self, asked_model: str, prices: Prices) -> TokenUsage:
        """The counts and what they cost by the price list."""
        if self.usage is None:
            return TokenUsage()
        details = self.usage.prompt_tokens_details or PromptDetails()
        tokens = (self.usage.prompt_tokens, details.cached_tokens, self.usage.completion_tokens)
        price = prices.price(self.model, asked_model)
        return TokenUsage(*tokens, price.of_tokens(*tokens) if price else None)

    def refusal(self) -> str:
        """The model's words where it declined."""
        return storable(self.choices[0].message.refusal or "")


class ImageUsage(BaseModel):
    """Token counts of a picture, where the provider counts tokens for pictures."""

    input_tokens: int | None = None
    output_tokens: int | None = None


class DrawnImage(BaseModel):
    """One picture, as base64 or as a URL."""

    b64_json: str | None = None
    url: str | None = None


class Drawing(BaseModel):
    """The body of POST /images/generations."""

    data: list[DrawnImage] = Field(min_length=1)
    usage: ImageUsage | None = None

    def priced(self, model: str, prices: Prices) -> TokenUsage:
        """The counts, and the price per picture or by tokens."""
        used = self.usage or ImageUsage()
        price = prices.price(model)
        if price is None:
            return TokenUsage(used.input_tokens, None, used.output_tokens)
        cost = price.of_tokens(used.input_tokens, None, used.output_tokens) if price.image is None else price.image
        return TokenUsage(used.input_tokens, None, used.output_tokens, cost)


def usable(answer: TextAnswer) -> TextAnswer:
    """The answer, unless it says itself that it is none. Raises the BadAnswer it is, before anybody parses it."""
    if answer.refusal:
        raise AnswerRefused(f"The model declined to answer: {answer.refusal}", answer=answer)
    if answer.finish_reason == "content_filter":
        raise ContentFiltered("The AI provider's content filter stopped the answer.", answer=answer)
    if answer.finish_reason == "length":
        raise AnswerTruncated("The AI answer reached the cap on its length and is cut off.", answer=answer)
    if not answer.text.strip():
        raise AnswerInvalid("it is empty.", answer=answer)
    return answer
