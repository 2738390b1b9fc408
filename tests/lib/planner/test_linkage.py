"""The tree of average linkage is the one that merging the two most alike again and again gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.planner.linkage import Branch, pack, tree_of


def naive(alike: np.ndarray) -> list[tuple[frozenset[int], float]]:
    """Groups and their heights, by comparing all pairs of groups at each step."""
    groups = [frozenset([n]) for n in range(len(alike))]
    made = []
    while len(groups) > 1:
        pairs = [
            (float(alike[np.ix_(list(a), list(b))].mean()), a, b) for i, a in enumerate(groups) for b in groups[:i]
        ]
        height, one, other = max(pairs, key=lambda pair: pair[0])
        groups = [group for group in groups if group not in (one, other)] + [one | other]
        made.append((one | other, height))
    return made


def flatten(tree: Branch) -> list[tuple[frozenset[int], float]]:
    if not tree.parts:
        return []
    return [*flatten(tree.parts[0]), *flatten(tree.parts[1]), (frozenset(tree.members), tree.likeness)]


@given(st.integers(1, 9), st.integers(0, 10_000))
def test_the_tree_is_that_of_the_definition(number: int, seed: int) -> None:
    alike = np.random.default_rng(seed).random((number, number))
    alike = (alike + alike.T) / 2
    wanted, found = dict(naive(alike)), dict(flatten(tree_of(alike)))
    assert found.keys() == wanted.keys()
    assert all(abs(found[group] - wanted[group]) < 1e-9 for group in wanted)


@given(st.integers(1, 40), st.integers(0, 10_000), st.integers(1, 10))
def test_pieces_are_whole_branches_as_large_as_they_may_be(number: int, seed: int, most: int) -> None:
    alike = np.random.default_rng(seed).random((number, number))
    tree = tree_of((alike + alike.T) / 2)
    pieces = list(tree.pieces(most))
    assert [member for piece in pieces for member in piece.members] == list(tree.members)
    assert all(len(piece.members) <= most for piece in pieces)
    lists = pack(pieces, most)
    assert sorted(member for found in lists for member in found) == list(range(number))
    assert all(any(set(piece.members) <= set(found) for found in lists) for piece in pieces), "no piece is cut"


def test_a_tree_as_deep_as_it_has_members_is_walked() -> None:
    alike = np.array([[1 - abs(a - b) / 5_000 - max(a, b) / 10_000 for b in range(1_500)] for a in range(1_500)])
    assert len(list(tree_of(alike).pieces(1))) == 1_500
