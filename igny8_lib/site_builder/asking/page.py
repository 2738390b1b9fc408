"""One page of a website as the AI writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from typing import Any

from pydantic import BaseModel, ValidationError, model_validator

from igny8_lib.ai.functions import generate_site_page
from igny8_lib.ai.names import Line
from igny8_lib.ai.requests import SiteBrief, TextRequest
from igny8_lib.models import PageType
from igny8_lib.site_builder.asking.block_ids import with_ids
from igny8_lib.site_builder.asking.block_rules import STATING_FACTS, Rules, faults_of_blocks, sound_blocks, texts_in
from igny8_lib.site_builder.asking.known import Known
from igny8_lib.site_builder.asking.offers import offered_blocks
from igny8_lib.site_builder.asking.structure import DESCRIPTION, FAULTS_TOLD, TITLE, PlannedPage
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.documents import MOST_BLOCKS, Block, reason
from igny8_lib.site_builder.schemas import page_schema
from igny8_lib.text.language import other_language
from igny8_lib.text.names import is_blank

NEED_PICTURES = frozenset({"gallery", "image_text"})
ALWAYS = frozenset({"text"})
"""What any section can be written as."""
USUAL_SECTIONS = 6
"""Of a page without a plan: what room its answer gets."""


@dataclass(frozen=True)
class OtherPage:
    """A page that can be linked to."""

    slug: str
    title: str
    type: str


@dataclass(frozen=True)
class PageBrief:
    """What the writer is told about one page."""

    site_name: str
    tagline: str
    audience: str
    brief: str
    objectives: Sequence[str]
    page: PlannedPage
    others: Sequence[OtherPage]
    kept: Sequence[Mapping[str, Any]] = ()
    """The page's blocks (documents.Block as JSON) that people wrote: they stay."""
    pictures: Sequence[str] = ()
    """Names of files in assets/images."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """What a picture shows, by its name, where somebody said it."""
    contact: Mapping[str, str] = field(default_factory=dict)
    """How to reach them, where it is known: email, telephone, address …"""
    remark: str = ""
    """What the site's editor wants of a new version; "" for a first one."""

    @cached_property
    def known(self) -> Known:
        """What people gave: facts that the page may state."""
        page = [self.page.title, self.page.purpose, *(section.purpose for section in self.page.sections)]
        kept = [text for block in self.kept for text in texts_in(block.get("data"))]
        said = [self.site_name, self.tagline, self.audience, self.brief, *self.objectives, *self.contact.values()]
        return Known("\n".join([*said, self.remark, *page, *kept, *self.shown.values()]))

    @property
    def rules(self) -> Rules:
        """What its blocks have to keep."""
        ids = frozenset(str(block.get("id")) for block in self.kept)
        slugs = frozenset([self.page.slug, *(other.slug for other in self.others)])
        return Rules(self.known, self.types, self.page.slug, slugs, frozenset(self.pictures), ids)

    @property
    def fewest_blocks(self) -> int:
        """How many blocks the page has at least, with those that stay: half of the planned ones that need no facts."""
        if self.page.type is PageType.BLOG and not self.page.sections:
            return 0
        free = [section for section in self.page.sections if section.type in self.types - STATING_FACTS]
        return max(1, (len(free) + 1) // 2)

    @cached_property
    def types(self) -> frozenset[str]:
        """The types of blocks that the answer may have: the planned ones (all, without a plan) that can be written."""
        planned = frozenset(section.type for section in self.page.sections) & BLOCKS.keys() or frozenset(BLOCKS)
        without_pictures = planned if self.pictures else planned - NEED_PICTURES
        return ALWAYS | (without_pictures if self.known.emails else without_pictures - {"contact_form"})

    def as_input(self) -> dict[str, object]:
        """What the prompt's INPUT says of it; nothing of a remark where there is none."""
        email = {"email": self.known.emails[0]} if self.known.emails else {}
        website = {
            "name": self.site_name,
            "tagline": self.tagline,
            "audience": self.audience,
            "brief": self.brief,
            "objectives": list(self.objectives),
            "contact": email | dict(self.contact),
        }
        item: dict[str, object] = {
            "website": website,
            "page": self.page.model_dump(mode="json"),
            "other_pages": [asdict(other) for other in self.others],
            "kept": [dict(block) for block in self.kept],
            "pictures": [{"file": name, "shows": self.shown.get(name, "")} for name in self.pictures],
            "blocks": offered_blocks(self.types),
        }
        return item | ({"remark": self.remark} if self.remark else {})


class WrittenPage(BaseModel):
    """The answer. What people wrote and keep is not in it.

    A block that its type does not take is left out as the answer is read, and `faults` says why: so that all others
    are there to be taken where asking again does not help.
    """

    title: Line
    description: Line
    """For search engines."""
    blocks: list[Block]
    faults: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def read_blocks(cls, answer: Any) -> Any:  # noqa: ANN401 - whatever an AI gave
        """Each block by itself; ids that are missing, doubled or none are made of the blocks' types."""
        if not isinstance(answer, Mapping) or not isinstance(answer.get("blocks"), (list, tuple)):
            return answer
        blocks, faults = [], []
        for number, block in enumerate(with_ids(answer["blocks"])):
            try:
                blocks.append(Block.model_validate(block))
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                place = ".".join(map(str, ("blocks", number, *first["loc"])))
                faults.append(f"{place}: {reason(first)}.")
        return {**answer, "blocks": blocks, "faults": faults}


@cache
def answer_of(types: frozenset[str]) -> type[WrittenPage]:
    """The answer with a JSON schema of the types of blocks that are asked for, made once for each choice of them."""

    class AskedPage(WrittenPage):
        """WrittenPage with blocks of some types."""

        @classmethod
        def model_json_schema(cls, *_args: Any, **_named: Any) -> dict[str, Any]:  # noqa: ANN401 - as pydantic has it
            """The schema that is sent: a page without what the AI does not decide."""
            whole = page_schema(types)
            properties = {name: whole["properties"][name] for name in ("title", "description", "blocks")}
            return whole | {"properties": properties, "required": list(properties)}

    return AskedPage


def page_request(site: SiteBrief, brief: PageBrief) -> TextRequest[WrittenPage]:
    """Ask for one page, in the language of `site`."""
    return generate_site_page.request(
        site,
        brief.as_input(),
        answer_of(brief.types),
        check=lambda answer: check(answer, brief, site.language),
        keep_right=lambda answer: keep_right(answer, brief, site.language),
        sections=len(brief.page.sections) or USUAL_SECTIONS,
        remark=bool(brief.remark),
    )


def check(answer: WrittenPage, brief: PageBrief, language: str) -> None:
    """The page says what was planned, links to what is there, makes nothing up, in its language. Raises ValueError."""
    if faults := [*answer.faults, *faults_of_page(answer, brief), *faults_of_blocks(answer.blocks, brief.rules)]:
        raise ValueError(" ".join(faults[:FAULTS_TOLD]))
    said = (text for block in answer.blocks for text in texts_in(block.data))
    if other := other_language(" ".join([answer.title, answer.description, *said]), language):
        raise ValueError(f"The page is written in the language {other!r}; write all of it in {language!r}.")


def faults_of_page(answer: WrittenPage, brief: PageBrief) -> Iterator[str]:
    """What is wrong with the page around its blocks, in sentences."""
    for name, text, longest in (("title", answer.title, TITLE), ("description", answer.description, DESCRIPTION)):
        if is_blank(text) or len(text) > longest:
            yield f"The {name} is empty or too long; give 1 to {longest} characters."
        if found := brief.known.placeholder(text):
            yield f"The {name} holds {found!r}; write what visitors shall read."
    if len(answer.blocks) + len(brief.kept) > MOST_BLOCKS:
        yield f"There are {len(answer.blocks)} blocks; write at most {MOST_BLOCKS - len(brief.kept)}."
    if len(answer.blocks) + len(brief.kept) < brief.fewest_blocks:
        told = f"There are {len(answer.blocks)} blocks for {len(brief.page.sections)} planned sections"
        yield f"{told}; write a block for each whose facts the input gives."


def keep_right(answer: WrittenPage, brief: PageBrief, language: str) -> WrittenPage | None:
    """The page with those of its blocks that keep the rules, without links and pictures that lead nowhere; None where
    that is no page."""
    kept = answer.model_copy(update={"blocks": sound_blocks(answer.blocks, brief.rules), "faults": []})
    try:
        check(kept, brief, language)
    except ValueError:
        return None
    return kept
