"""What written blocks have to keep: they link to what is there, show pictures that are there, and make nothing up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from igny8_lib.site_builder.asking.block_ids import with_ids
from igny8_lib.site_builder.asking.known import Known
from igny8_lib.site_builder.block_parts import parts_of
from igny8_lib.site_builder.blocks import read_data
from igny8_lib.site_builder.blocks.parts import Picture, Widget
from igny8_lib.site_builder.blocks.pricing import Offer
from igny8_lib.site_builder.blocks.stats import Figure
from igny8_lib.site_builder.blocks.team import Member
from igny8_lib.site_builder.blocks.testimonials import Testimonial
from igny8_lib.site_builder.documents import Block

SHOWN = 60
"""Characters of a text that a sentence about it quotes."""
STATING_FACTS = frozenset({"pricing", "stats", "team", "testimonials"})


@dataclass(frozen=True)
class Rules:
    """What is there: facts, types of blocks, pages (with this one, `own`), pictures, and ids of blocks that stay."""

    known: Known
    types: frozenset[str]
    own: str
    slugs: frozenset[str]
    pictures: frozenset[str]
    taken: frozenset[str]


def is_told(part: BaseModel, known: Known) -> bool:
    """Whether people gave the facts that a part of a block states; True for parts that state none."""
    match part:
        case Figure():
            return known.has_numbers(part.value)
        case Offer():
            return known.has_numbers(part.price)
        case Member():
            return known.says(part.name)
        case Testimonial():
            return known.says(part.quote) and known.says(part.name)
        case _:
            return True


def faults_of_blocks(blocks: Sequence[Block], rules: Rules) -> list[str]:
    """What is wrong with the blocks, in sentences that name them."""
    ids = rules.taken | {block.id for block in blocks}
    shown: set[str] = set()
    return [fault for block in blocks for fault in faults_of_block(block, ids, rules, shown)]


def faults_of_block(block: Block, ids: frozenset[str], rules: Rules, shown: set[str]) -> Iterator[str]:
    """What is wrong with one block. `shown` are the pictures that blocks before it show; its own are added."""
    if block.type not in rules.types:
        yield f"The block {block.id!r} is of the type {block.type!r}, which is not offered; leave it out."
    if block.id in rules.taken:
        yield f"The id {block.id!r} is that of a block in `kept`; give another, or leave the block out."
    for part in parts_of(read_data(block.type, block.data)):
        yield from (f"The block {block.id!r} {fault}" for fault in faults_of_part(part, ids, rules, shown))
    for text in texts_in(block.data):
        if found := rules.known.placeholder(text):
            yield f"The block {block.id!r} holds {quoted(found)}; write plain text that visitors shall read."


def faults_of_part(part: BaseModel, ids: frozenset[str], rules: Rules, shown: set[str]) -> Iterator[str]:
    """What is wrong with a part of a block, as what the block does."""
    if not is_told(part, rules.known):
        told = quoted(next(texts_in(part.model_dump(mode="json")), ""))
        yield f"states {told}, which the input does not say; leave it out."
    for target in links_of(part):
        if why := why_nowhere(target, ids, rules):
            yield f"has a link to {quoted(target)}: {why}."
    if isinstance(part, Picture):
        if part.file not in rules.pictures or part.file in shown:
            yield f"shows {part.file!r}; take each of `pictures` at most once, and no others."
        shown.add(part.file)


def links_of(part: BaseModel) -> Iterator[str]:
    """The link targets that a part of a block has itself."""
    for name, info in type(part).model_fields.items():
        if Widget.LINK in info.metadata:
            yield getattr(part, name)


def why_nowhere(target: str, ids: frozenset[str], rules: Rules) -> str:
    """Why a link leads nowhere, as far as anybody knows; "" where it leads somewhere."""
    if not target.startswith(("page:", "#")):
        return "" if rules.known.has_target(target) else "the input gives no such address; take one that it gives"
    slug, _, anchor = target.removeprefix("page:").partition("#")
    if slug and slug not in rules.slugs:
        return f"there is no such page; choose one of {', '.join(sorted(rules.slugs))}"
    if anchor and slug not in {"", rules.own}:
        return "the blocks of other pages are not known; link to the page"
    return "" if not anchor or anchor in ids else "no block has this id; choose one that is there"


def texts_in(value: object) -> Iterator[str]:
    """All texts inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from texts_in(each)


def quoted(text: str) -> str:
    """A text as a sentence about it shows it."""
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def sound_blocks(blocks: Sequence[Block], rules: Rules) -> list[Block]:
    """The blocks that keep the rules, some without links and pictures that lead nowhere."""
    given = [block.model_dump(mode="json") for block in blocks]
    named = with_ids([one | {"id": ""} if one["id"] in rules.taken else one for one in given], rules.taken)
    ids = rules.taken | {one["id"] for one in named}
    mended = [mended_block(one, lambda target: not why_nowhere(target, ids, rules), rules.pictures) for one in named]
    shown: set[str] = set()
    kept = [block for block in mended if block and not any(faults_of_block(block, ids, rules, shown))]
    # A link to a block that was left out just now leads nowhere, too.
    left = rules.taken | {block.id for block in kept}
    return [block for block in kept if not any(faults_of_block(block, left, rules, set()))]


def mended_block(block: dict[str, Any], leads: Callable[[str], bool], pictures: frozenset[str]) -> Block | None:
    """The block without what it can be without; None where its type does not take the rest."""
    try:
        return Block.model_validate(block | {"data": without_dead(block["data"], leads, pictures)})
    except ValidationError:
        return None


def without_dead(value: Any, leads: Callable[[str], bool], pictures: frozenset[str]) -> Any:  # noqa: ANN401 - JSON
    """A JSON value without buttons that lead nowhere and pictures that are not there: null, or out of their list."""
    if isinstance(value, list):
        items = [without_dead(each, leads, pictures) for each in value]
        return [item for item in items if item is not None]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"label", "target"} and not leads(str(value["target"])):
        return None
    if value.keys() == {"file", "alt"} and value["file"] not in pictures:
        return None
    return {name: without_dead(each, leads, pictures) for name, each in value.items()}
