"""What pages consist of. A file of this folder is a block type: it holds its schema, template, style and an example."""

from __future__ import annotations

import importlib
import pkgutil

from igny8_lib.site_builder.blocks.kind import BlockData, BlockType


def found() -> dict[str, BlockType]:
    """The block types by name: every module of this folder that has a BLOCK."""
    modules = [importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    blocks = [module.BLOCK for module in modules if hasattr(module, "BLOCK")]
    return {block.name: block for block in blocks}


BLOCKS = found()


def block_type(kind: str) -> BlockType:
    """The block type of the name. Raises ValueError where there is none."""
    if kind not in BLOCKS:
        raise ValueError(f'there is no block type "{kind}": choose one of {", ".join(sorted(BLOCKS))}')
    return BLOCKS[kind]


def read_data(kind: str, data: object) -> BlockData:
    """A block's data by the schema of its type. Raises ValueError (pydantic's own where fields are wrong)."""
    return block_type(kind).schema.model_validate(data)
