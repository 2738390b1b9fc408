"""What is asked of a provider: a prompt with the shape and the rules of its answer, or a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Self, TypedDict, TypeVar

from pydantic import BaseModel, ValidationError

from igny8_lib.ai.answers import TextAnswer
from igny8_lib.ai.documents import find_documents, reading_problem
from igny8_lib.ai.errors import AnswerInvalid, AnswerRefused, AnswerTruncated, ContentFiltered
from igny8_lib.ai.finishes import CONTENT_FILTER, LENGTH, TOOL_CALLS

A = TypeVar("A", bound=BaseModel)
MAX_PROBLEMS_TOLD = 5
MAX_PROBLEM = 600
NOTHING = "(nothing)"
"""Stands for an empty answer in a repair: providers refuse messages without content."""


class Message(TypedDict):
    """One chat message as the provider reads it."""

    role: str
    content: str


@dataclass(frozen=True)
class SiteBrief:
    """What every prompt of a site says about it."""

    name: str
    domain: str
    language: str
    """BCP 47 code of the language to write in."""
    brand: str
    """Who the site speaks as, in the customer's words; may be empty."""


@dataclass(frozen=True)
class Prompt:
    """`system` is the same for every request of one site and function (prompt caches hit it); `user` ends with
    `INPUT:` and the item as JSON."""

    system: str
    user: str


@dataclass(frozen=True)
class Split(Generic[A]):
    """A request cut into smaller ones, and how their answers become one again."""

    parts: tuple[TextRequest[A], ...]
    merge: Callable[[Sequence[A]], A]


@dataclass(frozen=True)
class TextRequest(Generic[A]):
    """One question with a structured answer."""

    function: str
    prompt_version: str
    """Function and version of its prompt files: `auto_cluster/v1`."""
    prompt: Prompt
    schema_name: str
    answer: type[A]
    check: Callable[[A], None]
    """Rules beyond the schema. Raises ValueError with one sentence that the model can act on."""
    max_output_tokens: int
    split: Callable[[], Split[A]] | None = None
    """For a request that is refused, or whose answer is truncated: the same work in two halves. None for a request of
    a single item, and for a half that is not to be halved again."""
    items: Sequence[int] = (1,)
    """The numbers by which the prompt calls the items; what is about one thing has a single one."""
    keep_right: Callable[[A], A | None] | None = None
    """The part of an answer that keeps the rules, for the time when nothing is asked again any more."""

    @property
    def messages(self) -> list[Message]:
        """The conversation's beginning: system, then user."""
        return [{"role": "system", "content": self.prompt.system}, {"role": "user", "content": self.prompt.user}]

    def with_more_room(self, factor: int = 2) -> Self:
        """The same request with a higher cap on the answer's length."""
        return replace(self, max_output_tokens=self.max_output_tokens * factor)

    def read(self, answer: TextAnswer) -> A:
        """The answer as its model; where it holds several documents, the last that keeps schema and rules.

        Raises AnswerTruncated and ContentFiltered before anything is parsed, AnswerRefused where the model declined and
        wrote no document beside that, AnswerInvalid where there is none or it breaks schema or rules.
        """
        raise_if_cut(answer)
        problem = ""
        for parsed in self.documents(answer):
            try:
                self.check(parsed)
            except ValueError as error:
                problem = problem or str(error)
            else:
                return parsed
        if answer.refusal and not problem:
            raise AnswerRefused(f"The model declined to answer: {answer.refusal}", answer=answer)
        raise AnswerInvalid(problem or self.shape_problem(answer), answer=answer)

    def salvage(self, answer: TextAnswer) -> A | None:
        """What is right in an answer that breaks the function's rules; None where nothing is, or nobody can tell."""
        if self.keep_right is None:
            return None
        kept = (self.keep_right(parsed) for parsed in self.documents(answer))
        return next((right for right in kept if right is not None), None)

    def documents(self, answer: TextAnswer) -> Iterator[A]:
        """The documents in the answer that match the schema, the likeliest first."""
        for document in find_documents(answer.text):
            try:
                yield self.answer.model_validate(document)
            except (ValidationError, RecursionError):
                continue

    def shape_problem(self, answer: TextAnswer) -> str:
        """Why no document of the answer matches the schema, as one sentence that the model can act on."""
        if not answer.text.strip():
            calls = answer.finish_reason == TOOL_CALLS
            return "it calls a tool, and there are none; write the JSON document." if calls else "it is empty."
        for document in find_documents(answer.text):
            try:
                self.answer.model_validate(document)
            except ValidationError as error:
                if isinstance(document, dict) and document.keys() & self.answer.model_fields.keys():
                    return schema_problem(error)
        return reading_problem(answer.text, list(self.answer.model_fields))


@dataclass(frozen=True)
class ImageRequest:
    """One picture, in the provider's own words for size ("1536x1024") and quality ("medium")."""

    prompt: str
    size: str
    quality: str


def repair_messages(error: AnswerInvalid) -> list[Message]:
    """What to say after an answer that was invalid: the answer itself, then what is wrong with it."""
    given = (error.answer.text if error.answer else "") or NOTHING
    ask = f"This answer cannot be used: {error.problem} Answer again with the complete, corrected JSON document."
    return [{"role": "assistant", "content": given}, {"role": "user", "content": ask}]


def raise_if_cut(answer: TextAnswer) -> None:
    """Raises AnswerTruncated or ContentFiltered for an answer that ends before its end."""
    if answer.finish_reason == CONTENT_FILTER:
        raise ContentFiltered("The AI provider's content filter stopped the answer.", answer=answer)
    if answer.finish_reason == LENGTH:
        raise AnswerTruncated("The AI answer reached the cap on its length and is cut off.", answer=answer)


def schema_problem(error: ValidationError) -> str:
    """The first few schema errors as one sentence: where, and what."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    told = "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'the document'}: {item['msg']}"
        for item in found[:MAX_PROBLEMS_TOLD]
    )
    return f"it does not match the schema ({told[:MAX_PROBLEM]})."
