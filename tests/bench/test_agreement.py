"""The measures of agreement, against values computed by hand and against what must hold for any grouping."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.bench.agreement import Pairs, adjusted_rand_index, pair_score, share_alone, share_of_lone_groups

groupings = st.lists(st.integers(0, 5), min_size=1, max_size=25)
two_groupings = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=25)


def test_agreement_computed_by_hand() -> None:
    """aaabbb against aabbcc: 2 pairs in both, 6 and 3 of 15; (2 − 18/15) / (4.5 − 18/15) = 0.8 / 3.3."""
    found, right = "aaabbb", "aabbcc"
    assert Pairs.of(found, right) == Pairs(both=2, first=6, second=3, all=15)
    assert adjusted_rand_index(found, right) == pytest.approx(8 / 33)
    score = pair_score(found, right)
    assert (score.precision, score.recall) == pytest.approx((2 / 6, 2 / 3))
    assert score.f1 == pytest.approx(4 / 9)


def test_less_agreement_than_by_chance_is_below_zero() -> None:
    """aabb against abab: no pair in both, 2 and 2 of 6; (0 − 4/6) / (2 − 4/6) = −1/2."""
    assert adjusted_rand_index("aabb", "abab") == pytest.approx(-0.5)
    assert pair_score("aabb", "abab").f1 == 0.0


def test_everything_alone_wins_nothing() -> None:
    """Alone, no pair is wrong, and none is found: this is what V-measure does not see."""
    alone, right = range(6), "aaabbb"
    assert adjusted_rand_index(alone, right) == 0.0
    assert pair_score(alone, right).precision == 1.0
    assert pair_score(alone, right).f1 == 0.0


def test_shares_of_what_is_alone() -> None:
    assert share_of_lone_groups("aaabc") == pytest.approx(2 / 3)
    assert share_alone("aaabc") == pytest.approx(2 / 5)
    assert share_of_lone_groups("") == share_alone("") == 0.0


def test_groupings_of_other_things_are_not_compared() -> None:
    with pytest.raises(ValueError, match="argument 2 is longer"):
        adjusted_rand_index("ab", "abc")


@given(two_groupings)
def test_pairs_are_counted_as_if_each_was_looked_at(labels: list[tuple[int, int]]) -> None:
    first, second = zip(*labels, strict=True)
    pairs = [(a[0] == b[0], a[1] == b[1]) for a, b in combinations(labels, 2)]
    assert Pairs.of(first, second) == Pairs(
        sum(one and other for one, other in pairs),
        sum(one for one, _ in pairs),
        sum(other for _, other in pairs),
        len(pairs),
    )


@given(two_groupings)
def test_agreement_is_symmetric_and_bounded(labels: list[tuple[int, int]]) -> None:
    first, second = zip(*labels, strict=True)
    agreement = adjusted_rand_index(first, second)
    assert -0.5 <= agreement <= 1.0
    assert agreement == adjusted_rand_index(second, first)
    there, back = pair_score(first, second), pair_score(second, first)
    assert (there.precision, there.recall) == (back.recall, back.precision)
    assert 0.0 <= there.f1 <= 1.0
    assert 0.0 <= share_alone(first) <= share_of_lone_groups(first) <= 1.0


@given(groupings)
def test_a_grouping_agrees_wholly_with_itself(labels: list[int]) -> None:
    assert adjusted_rand_index(labels, labels) == 1.0
    assert pair_score(labels, labels).f1 == 1.0


@given(two_groupings, st.permutations(range(6)), st.randoms(use_true_random=False))
def test_neither_names_nor_order_matter(labels: list[tuple[int, int]], names: list[int], random: Random) -> None:
    shuffled = random.sample(labels, len(labels))
    first, second = zip(*labels, strict=True)
    renamed = [names[label] for label, _ in shuffled], [label for _, label in shuffled]
    assert adjusted_rand_index(*renamed) == adjusted_rand_index(first, second)
    assert pair_score(*renamed) == pair_score(first, second)


@given(two_groupings)
def test_only_the_same_grouping_agrees_wholly(labels: list[tuple[int, int]]) -> None:
    first, second = zip(*labels, strict=True)
    assume(len(set(labels)) > len(set(first)) or len(set(labels)) > len(set(second)))
    assert adjusted_rand_index(first, second) < 1.0
