"""Two versions side by side: a row per block, with what stands on either side."""

from __future__ import annotations

from dataclasses import dataclass

from igny8_lib.review.diff import ArticleDiff, Block, Kind, Piece


@dataclass(frozen=True)
class Row:
    """A block; a side that has nothing is empty."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def same(self) -> bool:
        """Whether both sides say it."""
        return self.before == self.after


def rows_of(found: ArticleDiff) -> list[Row]:
    """The blocks of both versions, those that belong together in one row."""
    return [Row(side(block, Kind.ADDED), side(block, Kind.REMOVED)) for block in found.blocks]


def side(block: Block, other: Kind) -> tuple[Piece, ...]:
    """The block's pieces without what stands on the other side only."""
    return tuple(piece for piece in block.pieces if piece.kind is not other)
