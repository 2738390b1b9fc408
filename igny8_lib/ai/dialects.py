"""What an endpoint understands of the protocol, learnt from its refusals.

Each model starts with everything that is wanted. A refusal that names a part (or says only that a parameter is not
known) takes it to the next lesser form: a JSON schema, then JSON with the schema in the prompt, then the prompt alone;
`max_completion_tokens`, then `max_tokens`, then no cap; a picture's size as asked, the nearest one that the refusal
names, then none; its quality, then none. A refused request is not paid, and each form is refused once.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from igny8_lib.ai.error_bodies import Refusal

JSON_SCHEMA = "json_schema"
JSON_OBJECT = "json_object"
PROMPT = "prompt"
STRUCTURES = (JSON_SCHEMA, JSON_OBJECT, PROMPT)
CAPS = ("max_completion_tokens", "max_tokens", "")
NOT_UNDERSTOOD = frozenset({400, 404, 415, 422, 501})
"""Statuses of a request that has a part the endpoint does not know."""
STRUCTURE_WORDS = re.compile(
    r"response_format|response format|json_schema|structured output|json mode|json_object|schema"
)
SIZE_WORDS = re.compile(r"\bsizes?\b|resolution|dimension|aspect")
QUALITY_WORDS = re.compile(r"\bquality\b")
COUNT_WORDS = re.compile(r"['\"`]n['\"`]|parameter:? n\b|\bbody n\b")
TOO_MUCH = re.compile(
    r"too (large|high|many|big|long)|at most|maximum|exceed|less than or equal|context (length|window)"
)
UNNAMED = re.compile(
    r"requested parameters|(unsupported|unknown|unrecognized|unexpected) (request )?(parameter|argument|field)s?\W*$"
)
"""A refusal that does not say which part it is about."""
SIZES = re.compile(r"\b(\d{3,4}) ?[x×] ?(\d{3,4})\b")
MAX_SIZES = 20


@dataclass(frozen=True)
class Dialect:
    """The forms of requests that a model of an endpoint takes."""

    structure: str = JSON_SCHEMA
    cap: str = CAPS[0]
    sizes: tuple[str, ...] = ()
    """Sizes of pictures that the endpoint named; empty: as asked."""
    size: bool = True
    quality: bool = True
    n: bool = True

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """A stored dialect; what is not known of it is as at the start."""
        sizes = document.get("sizes")
        return cls(
            structure=keep_known(document.get("structure"), STRUCTURES),
            cap=keep_known(document.get("cap"), CAPS),
            sizes=tuple(str(size) for size in sizes)[:MAX_SIZES] if isinstance(sizes, list) else (),
            **{name: document.get(name) is not False for name in ("size", "quality", "n")},
        )

    def document(self) -> dict[str, Any]:
        """The dialect as JSON."""
        return asdict(self) | {"sizes": list(self.sizes)}

    def nearest_size(self, asked: str) -> str:
        """The known size whose shape, then whose area, is nearest to the one that is wanted."""
        if not self.sizes or asked in self.sizes:
            return asked
        return min(self.sizes, key=lambda size: distance(size, asked))


PLAIN = Dialect()


def keep_known(value: object, known: tuple[str, ...]) -> str:
    """A stored word, or the first of those that are known."""
    return value if isinstance(value, str) and value in known else known[0]


def distance(size: str, asked: str) -> tuple[float, int]:
    """How far a size is from another: in its shape, then in its area."""
    (width, height), (wanted_width, wanted_height) = measure(size), measure(asked)
    shape = abs(width * wanted_height - height * wanted_width) / (height * wanted_height)
    return shape, abs(width * height - wanted_width * wanted_height)


def measure(size: str) -> tuple[int, int]:
    """Width and height of "1536x1024"; a square where the words cannot be read."""
    found = SIZES.search(size)
    return (int(found[1]), int(found[2])) if found else (1024, 1024)


@dataclass(frozen=True)
class Lesson:
    """The form to try next. One that concerns this request alone (its cap is too high) is not remembered."""

    dialect: Dialect
    lasting: bool = True


def learn(status: int, refusal: Refusal, spoken: Dialect, sent: Mapping[str, Any]) -> Lesson | None:
    """The next lesser form after a refusal of a request sent in this one; None where it was about something else."""
    if status not in NOT_UNDERSTOOD:
        return None
    return learn_picture(refusal, spoken, sent) if "prompt" in sent else learn_chat(refusal, spoken)


def learn_chat(refusal: Refusal, spoken: Dialect) -> Lesson | None:
    """The next form of a chat completion."""
    words = refusal.words
    if spoken.cap and re.search(rf"\b{spoken.cap}\b", words):
        if TOO_MUCH.search(words):
            return Lesson(replace(spoken, cap=""), lasting=False)
        return Lesson(replace(spoken, cap=after(spoken.cap, CAPS)))
    if spoken.structure != PROMPT and STRUCTURE_WORDS.search(words):
        return Lesson(replace(spoken, structure=after(spoken.structure, STRUCTURES)))
    return learn_unnamed(spoken) if UNNAMED.search(refusal.message.lower()) else None


def learn_unnamed(spoken: Dialect) -> Lesson | None:
    """The next form where the refusal does not say which part it does not know: the structure is the likelier one."""
    if spoken.structure != PROMPT:
        return Lesson(replace(spoken, structure=after(spoken.structure, STRUCTURES)))
    return Lesson(replace(spoken, cap=after(spoken.cap, CAPS))) if spoken.cap else None


def learn_picture(refusal: Refusal, spoken: Dialect, sent: Mapping[str, Any]) -> Lesson | None:
    """The next form of a request for a picture."""
    words, unnamed = refusal.words, UNNAMED.search(refusal.message.lower())
    if "size" in sent and SIZE_WORDS.search(words):
        named = dict.fromkeys(f"{width}x{height}" for width, height in SIZES.findall(words))
        sizes = tuple(size for size in named if size != sent["size"])[:MAX_SIZES]
        return Lesson(replace(spoken, sizes=sizes) if sizes and not spoken.sizes else replace(spoken, size=False))
    if "quality" in sent and (QUALITY_WORDS.search(words) or unnamed):
        return Lesson(replace(spoken, quality=False))
    if "n" in sent and COUNT_WORDS.search(words):
        return Lesson(replace(spoken, n=False))
    if "size" in sent and unnamed:
        return Lesson(replace(spoken, size=False))
    return None


def after(form: str, forms: tuple[str, ...]) -> str:
    """The next lesser form."""
    return forms[forms.index(form) + 1]


PATIENCE = 0.5
"""Seconds in which a provider has looked at what a request says."""
Learnt = Callable[[str, Dialect], Awaitable[None]]
"""Told the model and its dialect when a form was refused, and when the first request was answered."""


@dataclass
class Dialects:
    """What is known of each model of one endpoint. Belongs to one event loop once it is used.

    The first request of a model that nothing is known of goes ahead, so that a form is refused once and not by every
    request in flight; whatever comes of it but the refusal of a form lets the others go. A form is refused before any
    work is done for it, so where nothing has come after `patience` seconds the others go, too.
    """

    known: dict[str, Dialect] = field(default_factory=dict)
    learnt: Learnt | None = None
    patience: float = PATIENCE
    _open: set[str] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)
    _doors: dict[str, asyncio.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._open |= self.known.keys()
        self._told |= self.known.keys()

    def of(self, model: str) -> Dialect:
        """The model's dialect."""
        return self.known.get(model, PLAIN)

    async def note(self, model: str, dialect: Dialect) -> None:
        """Remember a lesser form, and tell it."""
        self.known[model] = dialect
        self._told.add(model)
        if self.learnt is not None:
            await self.learnt(model, dialect)

    async def note_answered(self, model: str) -> None:
        """The model answered in the form it was asked in: the first time that is told, too."""
        if model not in self._told:
            await self.note(model, self.of(model))

    @asynccontextmanager
    async def turn(self, model: str) -> AsyncIterator[None]:
        """Hold one request until it may leave: at once, but for the first ones of a model that is not known."""
        if model in self._open:
            yield
            return
        door = self._doors.setdefault(model, asyncio.Lock())
        try:
            async with asyncio.timeout(self.patience):
                await door.acquire()
        except TimeoutError:
            self.open(model)
            yield
            return
        first = model not in self._open
        if not first:
            door.release()
        try:
            yield
        finally:
            if first:
                door.release()

    def open(self, model: str) -> None:
        """Let all requests of the model go."""
        self._open.add(model)
