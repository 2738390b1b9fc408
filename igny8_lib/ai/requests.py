"""What is asked of a provider: a prompt with the shape and the rules of its answer, or a picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Self, TypedDict, TypeVar

from pydantic import BaseModel, ValidationError

from igny8_lib.ai.answers import TextAnswer
from igny8_lib.ai.errors import AnswerInvalid
from igny8_lib.ai.wire import usable

A = TypeVar("A", bound=BaseModel)
FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
NUL = "\\u0000"
"""As JSON writes the character."""
MAX_PROBLEMS_TOLD = 5


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
    """For an answer that was truncated: the same work in two halves. None where one item cannot be halved, and for
    a request of a single item: such a request is asked again with `with_more_room()`."""
    keep_right: Callable[[A], A | None] | None = None
    """What is right in an answer that breaks the rules, as an answer that passes them for the items it covers; None
    where nothing is. Given by functions of several items, whose stage can fail the items left out."""

    @property
    def messages(self) -> list[Message]:
        """The conversation's beginning: system, then user."""
        return [{"role": "system", "content": self.prompt.system}, {"role": "user", "content": self.prompt.user}]

    def with_more_room(self, factor: int = 2) -> Self:
        """The same request with a higher cap on the answer's length."""
        return replace(self, max_output_tokens=self.max_output_tokens * factor)

    def read(self, answer: TextAnswer) -> A:
        """The answer as its model.

        Raises AnswerRefused, ContentFiltered and AnswerTruncated before anything is parsed, and AnswerInvalid, with
        the answer, where it is empty or breaks schema or rules.
        """
        usable(answer)
        try:
            parsed = self.answer.model_validate_json(without_fence(answer.text))
            check_storable(parsed)
            self.check(parsed)
        except ValidationError as error:
            raise AnswerInvalid(schema_problem(error), answer=answer) from None
        except ValueError as error:
            raise AnswerInvalid(str(error), answer=answer) from None
        return parsed

    def salvage(self, answer: TextAnswer) -> A | None:
        """What `keep_right` finds in an invalid answer; None where nothing can be used."""
        if self.keep_right is None:
            return None
        try:
            parsed = self.answer.model_validate_json(without_fence(answer.text))
            check_storable(parsed)
        except ValueError:
            return None
        return self.keep_right(parsed)


@dataclass(frozen=True)
class ImageRequest:
    """One picture, in the provider's own words for size ("1536x1024") and quality ("medium")."""

    prompt: str
    size: str
    quality: str


def repair_messages(error: AnswerInvalid) -> list[Message]:
    """What to say after an answer that was invalid: the answer itself, then what is wrong with it."""
    given = error.answer.text if error.answer else ""
    ask = f"This answer cannot be used: {error.problem} Answer again with the complete, corrected JSON document."
    return [{"role": "assistant", "content": given}, {"role": "user", "content": ask}]


def check_storable(parsed: BaseModel) -> None:
    """PostgreSQL keeps every character but NUL. Raises ValueError."""
    if NUL in parsed.model_dump_json():
        raise ValueError("it contains NUL characters (\\u0000); leave them out.")


def without_fence(text: str) -> str:
    """The JSON inside a Markdown code fence; providers without strict schemas like to add one."""
    fenced = FENCE.match(text)
    return fenced[1] if fenced else text


def schema_problem(error: ValidationError) -> str:
    """The first few schema errors as one sentence: where, and what."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    told = "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'the document'}: {item['msg']}"
        for item in found[:MAX_PROBLEMS_TOLD]
    )
    return f"it does not match the schema ({told})."
