"""What websites are made of: kinds of blocks, and the looks that one chooses from. The same for every site."""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter

from igny8_lib.models import Layout, PageType, Template
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.forms import form_of
from igny8_lib.site_builder.palettes import PALETTES
from igny8_lib.site_builder.personalities import PERSONALITIES
from igny8_lib.site_builder.typographies import TYPOGRAPHIES
from igny8_web.api.site_builder_doors import PREFIX, TAG, Reading
from igny8_web.api.site_builder_offers_shapes import BlockField, BlockKind, BlockKinds, Look, Looks, PaletteLook

router = APIRouter(prefix=PREFIX, tags=[TAG])


@router.get("/block_types/")
def list_block_types(door: Reading) -> BlockKinds:
    """The kinds of blocks that pages consist of, each with the schema of its data, its form and an example."""
    door.check()
    return BlockKinds(block_types=[kind_of(name) for name in sorted(BLOCKS)])


@cache
def kind_of(name: str) -> BlockKind:
    """One kind of block as it is told."""
    block = BLOCKS[name]
    return BlockKind(
        name=name,
        title=block.title,
        data_schema=block.schema.model_json_schema(),
        form=[BlockField.model_validate(field) for field in form_of(name)],
        example=block.example,
    )


@router.get("/themes/")
def list_themes(door: Reading) -> Looks:
    """The palettes, typographies, personalities, layouts and templates that a site chooses from."""
    door.check()
    return Looks(
        palettes=[PaletteLook.model_validate(each) for each in PALETTES.values()],
        typographies=[Look.model_validate(each) for each in TYPOGRAPHIES.values()],
        personalities=[Look.model_validate(each) for each in PERSONALITIES.values()],
        layouts=list(Layout),
        templates=list(Template),
        page_types=list(PageType),
    )
