"""What the editor shows: the website's pages, the blocks of one of them, the form that is open, the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from igny8_lib.models import PageType, SiteBlueprint, SitePage, SitePageStatus
from igny8_lib.site_builder.addresses import path_of
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.documents import Page
from igny8_web.pages.builder.states import PAGES, TYPES
from igny8_web.pages.builder_editor.block_forms import BlockForm
from igny8_web.pages.states import State

SHOWN = 60
"""Characters of a block that the list shows."""
TEXTS = ("title", "slug", "type", "description", "purpose")
"""The fields of a page beside its blocks."""


@dataclass(frozen=True)
class BlockRow:
    """A block in the list."""

    block_id: str
    kind: str
    title: str
    text: str
    by_people: bool


@dataclass(frozen=True)
class History:
    """Where undoing stands: the revision that is shown again, and the newest that redoing leads to."""

    at: int
    top: int

    @property
    def may_undo(self) -> bool:
        """Whether there is an earlier one."""
        return self.at > 1

    @property
    def may_redo(self) -> bool:
        """Whether something was undone."""
        return self.at < self.top


@dataclass(frozen=True)
class Told:
    """What is shown beside what is stored: a refusal, and what was typed."""

    refused: str = ""
    stale: bool = False
    """Whether somebody else saved meanwhile."""
    block: str = ""
    goes_in: bool = False
    """Whether one goes on in the block's form."""
    form: BlockForm | None = None
    page_values: Mapping[str, str] | None = None
    page_errors: Mapping[str, str] = field(default_factory=dict)
    new_page: Mapping[str, str] | None = None
    new_errors: Mapping[str, str] = field(default_factory=dict)
    history: History | None = None


@dataclass(frozen=True)
class EditorView:
    """All that the page shows."""

    facts: SiteBlueprint
    pages: Sequence[SitePage]
    page: SitePage | None
    told: Told
    form: BlockForm | None
    preview: str
    pictures: Sequence[str]

    @property
    def blocks(self) -> Sequence[BlockRow]:
        """The page's blocks in their order."""
        return [row_of(block, self.page) for block in self.page.blocks] if self.page else []

    @property
    def state(self) -> State:
        """How far the page is."""
        return PAGES[self.page.status] if self.page else PAGES[SitePageStatus.DRAFT]

    @property
    def is_written(self) -> bool:
        """Whether the AI writes the page now, so that nobody may change it."""
        return self.page is not None and self.page.status is SitePageStatus.GENERATING

    @property
    def history(self) -> History:
        """Where undoing stands; after any other change, at the newest revision."""
        now = self.page.revision if self.page else 1
        return self.told.history or History(now, now)

    @property
    def page_values(self) -> Mapping[str, str]:
        """What stands in the form of the page itself."""
        if self.told.page_values is not None or self.page is None:
            return self.told.page_values or {}
        return {name: str(getattr(self.page, name)) for name in TEXTS}

    @property
    def new_page(self) -> Mapping[str, str]:
        """What stands in the form of a new page."""
        return self.told.new_page or {"title": "", "slug": "", "type": PageType.CUSTOM.value}

    @property
    def links(self) -> Sequence[tuple[str, str]]:
        """Link targets inside the website, with what they lead to."""
        return [(f"page:{page.slug}", page.title) for page in self.pages]

    @property
    def types(self) -> Sequence[tuple[str, str]]:
        """What pages can be."""
        return [(kind.value, word) for kind, word in TYPES.items()]

    @property
    def kinds(self) -> Sequence[tuple[str, str, str]]:
        """The block types: name, title, what each suits."""
        return sorted(((each.name, each.title, each.suits) for each in BLOCKS.values()), key=lambda kind: kind[1])


def row_of(block: Mapping[str, Any], page: SitePage | None) -> BlockRow:
    """A block as the list shows it; one of an unknown type keeps its name."""
    kind = BLOCKS[block["type"]].title if block["type"] in BLOCKS else block["type"]
    data = block["data"]
    texts = [data.get("title"), *data.values()]
    said = next((text for text in texts if isinstance(text, str) and text), "")
    marks = page.edited if page else []
    return BlockRow(block["id"], block["type"], kind, said[:SHOWN], f"block:{block['id']}" in marks)


def seen_at(pages: Sequence[SitePage], page: SitePage) -> str:
    """Where the page is in the preview: where none is the home page yet, the first one stands for it."""
    kinds = [each.type for each in pages]
    stands_in = next((each for each in pages if each.type is not PageType.BLOG), None)
    if PageType.HOME not in kinds and stands_in is not None and stands_in.id == page.id:
        return ""
    return path_of(Page.model_construct(slug=page.slug, title=page.title, type=page.type))
