"""A request is shown the existing clusters nearest to its keywords, not the newest ones (SPEC §3)."""

from __future__ import annotations

from igny8_lib.planner.lone_clusters import Named, close_ones
from igny8_lib.planner.nearest import Names

NAMES = ["Rose Pruning", "Bike Chains", "Rose Diseases", "Garden Sheds", "Pruning Tools"]


def test_the_nearest_come_first_and_what_shares_nothing_is_not_shown() -> None:
    assert Names(NAMES, "en").nearest(["how to prune roses"], 3) == ["Rose Pruning", "Rose Diseases", "Pruning Tools"]
    found = Names(NAMES, "en").nearest(["chain for a bike", "when to prune"], 4)
    assert found == ["Bike Chains", "Rose Pruning", "Pruning Tools"]
    assert Names(NAMES, "en").nearest(["kitchen tiles"], 4) == []


def test_few_names_are_all_shown() -> None:
    assert Names(NAMES, "en").nearest(["kitchen tiles"], 5) == NAMES


def test_a_language_without_stems_is_compared_by_its_letters() -> None:
    assert Names(["園芸用品", "自転車修理", "庭木"], "ja").nearest(["園芸用品の店"], 1) == ["園芸用品"]


def test_lone_clusters_are_offered_what_is_close_to_them_only() -> None:
    clusters = [
        Named(1, "Rose Pruning", ("prune roses", "pruning roses when")),
        Named(2, "Rose Pruning Tools", ("rose pruning tools",)),
        Named(3, "Bike Chains", ("bike chain",)),
        Named(4, "Tax Advice", ("tax advice",)),
    ]
    assert close_ones(clusters[1:], clusters, "en") == {2: [1]}
