"""A website's structure as the AI plans it: how it looks, its pages, and what each is to consist of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated

from pydantic import BaseModel, Field
from slugify import slugify

from igny8_lib.ai.functions import generate_site_structure
from igny8_lib.ai.names import Line
from igny8_lib.ai.requests import SiteBrief, TextRequest
from igny8_lib.models import Layout, PageType, Template
from igny8_lib.site_builder.asking.offers import everything
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.documents import RESERVED, SLUG, PaletteName, PersonalityName, TypographyName
from igny8_lib.text.language import other_language
from igny8_lib.text.names import is_blank
from igny8_lib.text.normalisation import normalise

FEWEST_PAGES = 5
"""Of a website, those counted that stay as they are."""
MOST_NEW_PAGES = 12
"""So that nobody pays for the writing of pages that nobody reads."""
MOST_SECTIONS = 12
TAGLINE, TITLE, DESCRIPTION, PURPOSE, LONGEST_SLUG = 200, 120, 300, 1000, 80
FAULTS_TOLD = 5
"""At once, to an AI that is asked again."""

BlockName = Annotated[str, Field(json_schema_extra={"enum": sorted(BLOCKS)})]
"""Held by `check`: one section of a type that nobody knows is no reason to lose the plan."""


@dataclass(frozen=True)
class KeptPage:
    """A page that stays as it is."""

    slug: str
    title: str
    type: str
    purpose: str = ""


@dataclass(frozen=True)
class StructureBrief:
    """What people said of the website that they want."""

    name: str
    business_type: str
    industry: str
    audience: str
    brief: str
    objectives: Sequence[str]
    kept: Sequence[KeptPage] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    """What people chose of tagline, layout, template, palette, typography and personality."""

    def as_input(self) -> dict[str, object]:
        """What the prompt's INPUT says of it, and what there is to choose from."""
        return asdict(self) | {"offered": everything()}


class PlannedSection(BaseModel):
    """A block that a page is to have: its type, and what it is to say."""

    type: BlockName
    purpose: Line


class PlannedPage(BaseModel):
    """A page that is not written yet."""

    slug: Line
    title: Line
    type: PageType
    description: Line
    """For search engines."""
    purpose: Line
    """What the page is to do for whom, in a sentence or two."""
    sections: list[PlannedSection]


class SiteStructure(BaseModel):
    """The answer: the pages stand in the order of the navigation."""

    tagline: Line
    layout: Layout
    template: Template
    palette: PaletteName
    typography: TypographyName
    personality: PersonalityName
    pages: list[PlannedPage]


def structure_request(site: SiteBrief, brief: StructureBrief) -> TextRequest[SiteStructure]:
    """Ask for the structure of one website, in the language of `site`."""
    return generate_site_structure.request(
        site,
        brief.as_input(),
        SiteStructure,
        check=lambda answer: check(answer, brief.kept, site.language),
        keep_right=lambda answer: keep_right(answer, brief.kept, site.language),
        at_least=FEWEST_PAGES,
        at_most=MOST_NEW_PAGES,
        reserved=RESERVED - {"blog"},
    )


def check(answer: SiteStructure, kept: Sequence[KeptPage], language: str) -> None:
    """The pages make a whole website with those that stay, each can be written, in the language. Raises ValueError."""
    faults = [*faults_of_site(answer, kept), *(fault for page in answer.pages for fault in faults_of_page(page))]
    if faults:
        raise ValueError(" ".join(faults[:FAULTS_TOLD]))
    if other := other_language(all_text(answer), language):
        raise ValueError(f"The structure is written in the language {other!r}; write all of it in {language!r}.")


def all_text(answer: SiteStructure) -> str:
    """What people read of a structure."""
    pages = (f"{page.title}. {page.description} {page.purpose}" for page in answer.pages)
    sections = (section.purpose for page in answer.pages for section in page.sections)
    return " ".join([answer.tagline, *pages, *sections])


def faults_of_site(answer: SiteStructure, kept: Sequence[KeptPage]) -> Iterator[str]:
    """What is wrong with the whole, in sentences."""
    if is_blank(answer.tagline) or len(answer.tagline) > TAGLINE:
        yield f"The tagline is empty or too long; give one of 1 to {TAGLINE} characters."
    if len(answer.pages) + len(kept) < FEWEST_PAGES:
        told = f"There are {len(answer.pages)} pages and {len(kept)} in `kept`"
        yield f"{told}; plan {FEWEST_PAGES - len(kept)} at least."
    if len(answer.pages) > MOST_NEW_PAGES:
        yield f"There are {len(answer.pages)} new pages; plan at most {MOST_NEW_PAGES}."
    types = [*(page.type for page in answer.pages), *(page.type for page in kept)]
    if types.count(PageType.HOME) != 1:
        yield f"{types.count(PageType.HOME)} pages have the type home, those of `kept` counted; there is exactly one."
    if PageType.CONTACT not in types:
        yield "No page has the type contact; plan one."
    if types.count(PageType.BLOG) > 1:
        yield "Several pages have the type blog, those of `kept` counted; there is at most one."
    slugs = [*(page.slug for page in kept), *(page.slug for page in answer.pages)]
    titles = [*(normalise(page.title) for page in kept), *(normalise(page.title) for page in answer.pages)]
    for name, values in (("slug", slugs), ("title", titles)):
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"Two pages have the {name} {value!r}, those of `kept` counted; give each its own."


def faults_of_page(page: PlannedPage) -> Iterator[str]:
    """What is wrong with one page, in sentences that name it."""
    if not SLUG.fullmatch(page.slug) or len(page.slug) > LONGEST_SLUG:
        yield f"The slug {page.slug!r} is none: use lower-case letters and digits with hyphens between them."
    if not is_free(page.slug, page.type):
        yield f"The slug {page.slug!r} is taken by what is on every website; choose another."
    for name, text, longest in (
        ("title", page.title, TITLE),
        ("description", page.description, DESCRIPTION),
        ("purpose", page.purpose, PURPOSE),
    ):
        if is_blank(text) or len(text) > longest:
            yield f"The {name} of the page {page.slug!r} is empty or too long; give 1 to {longest} characters."
    if not page.sections and page.type is not PageType.BLOG:
        yield f"The page {page.slug!r} has no sections; plan some."
    if len(page.sections) > MOST_SECTIONS:
        yield f"The page {page.slug!r} has {len(page.sections)} sections; plan at most {MOST_SECTIONS}."
    for section in page.sections:
        if not is_sound(section):
            yield (
                f"The page {page.slug!r} has a section {section.type!r} of a type that is not offered, or without a "
                f"purpose of 1 to {PURPOSE} characters."
            )


def is_free(slug: str, kind: PageType) -> bool:
    """Whether a page of the kind can have the slug."""
    return slug not in RESERVED or (slug == "blog" and kind is PageType.BLOG)


def is_sound(section: PlannedSection) -> bool:
    """Whether a section can be written."""
    return section.type in BLOCKS and not is_blank(section.purpose) and len(section.purpose) <= PURPOSE


def keep_right(answer: SiteStructure, kept: Sequence[KeptPage], language: str) -> SiteStructure | None:
    """The pages that can be written, with slugs made of their titles where theirs are none; None where these are no
    website."""
    taken = {page.slug for page in kept}
    titles = {normalise(page.title) for page in kept}
    types = {page.type for page in kept} & {PageType.HOME, PageType.BLOG}
    pages: list[PlannedPage] = []
    for page in answer.pages:
        mended = mend(page, taken)
        if not any(faults_of_page(mended)) and mended.type not in types and normalise(mended.title) not in titles:
            pages.append(mended)
            taken.add(mended.slug)
            titles.add(normalise(mended.title))
            types |= {mended.type} & {PageType.HOME, PageType.BLOG}
    whole = answer.model_copy(update={"pages": pages[:MOST_NEW_PAGES]})
    try:
        check(whole, kept, language)
    except ValueError:
        return None
    return whole


def mend(page: PlannedPage, taken: set[str]) -> PlannedPage:
    """The page with a slug that is free, and without the sections that nobody can write."""
    slug = page.slug
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG or slug in taken or not is_free(slug, page.type):
        slug = free_slug(page, taken)
    sections = [section for section in page.sections if is_sound(section)][:MOST_SECTIONS]
    return page.model_copy(update={"slug": slug, "sections": sections})


def free_slug(page: PlannedPage, taken: set[str]) -> str:
    """A slug of the page's title that no other page has."""
    base = slugify(page.title, max_length=LONGEST_SLUG - 3, word_boundary=True) or "page"
    numbered = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 3))
    return next(slug for slug in numbered if slug not in taken and is_free(slug, page.type))
