"""Average linkage: a tree of groups in which the most alike come together first.

The tree is found by nearest-neighbour chains (Murtagh 1983, "A survey of recent advances in hierarchical clustering
algorithms"), which for average linkage (UPGMA, Sokal and Michener 1958) give the same tree as merging the two most
alike again and again, in n² instead of n³ steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Branch:
    """A group: its members in an order in which neighbours stand together, and the two groups it was made of."""

    members: tuple[int, ...]
    parts: tuple[Branch, ...] = ()
    likeness: float = 1.0
    """Average similarity between the members of the two parts."""

    def pieces(self, most: int, at: float = -1.0) -> Iterator[Branch]:
        """The largest branches of at most so many members, whose parts are at least so alike."""
        waiting = [self]  # a list, not calls in calls: a tree can be as deep as it has members
        while waiting:
            branch = waiting.pop()
            if not branch.parts or (len(branch.members) <= most and branch.likeness >= at):
                yield branch
            else:
                waiting += reversed(branch.parts)


def tree_of(alike: NDArray[np.floating]) -> Branch:
    """The tree over all places of a symmetric matrix of similarities (n × n, n ≥ 1); of equals the first come first."""
    import numpy as np  # noqa: PLC0415 - in the tasks that group keywords only

    near = alike.astype(np.float64)
    np.fill_diagonal(near, -np.inf)
    branches = [Branch((place,)) for place in range(len(near))]
    chain: list[int] = []
    for _ in range(len(near) - 1):
        if not chain:
            chain = [next(place for place, branch in enumerate(branches) if branch.members)]
        while True:
            last = chain[-1]
            nearest = int(near[last].argmax())
            if len(chain) > 1 and near[last, chain[-2]] >= near[last, nearest]:
                break
            chain.append(nearest)
        merge(near, branches, *sorted((chain.pop(), chain.pop())))
    return next(branch for branch in branches if branch.members)


def merge(near: NDArray[np.float64], branches: list[Branch], kept: int, gone: int) -> None:
    """Put the second branch to the first, the similarities to the others averaged by their sizes."""
    import numpy as np  # noqa: PLC0415 - in the tasks that group keywords only

    one, other = branches[kept], branches[gone]
    sizes = len(one.members), len(other.members)
    branches[kept] = Branch(one.members + other.members, (one, other), float(near[kept, gone]))
    branches[gone] = Branch(())
    row = (near[kept] * sizes[0] + near[gone] * sizes[1]) / sum(sizes)
    row[kept] = row[gone] = -np.inf
    near[kept], near[:, kept] = row, row
    near[gone], near[:, gone] = -np.inf, -np.inf


def pack(pieces: Sequence[Branch], most: int, *, window: int = 6) -> list[list[int]]:
    """The members of the pieces in lists of at most `most`, no piece cut: each goes to the first of the last few lists
    that has room, so that neighbours stay near each other and lists get full. Bin packing by next fit with a window."""
    lists: list[list[int]] = []
    for piece in pieces:
        roomy = (found for found in lists[-window:] if len(found) + len(piece.members) <= most)
        home = next(roomy, None)
        if home is None:
            lists.append(list(piece.members))
        else:
            home += piece.members
    return lists
