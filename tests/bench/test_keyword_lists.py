"""The lists that clusters are measured by: the labels are right as data, and the product never sees them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.text.normalisation import normalise
from tests.bench import keyword_lists
from tests.bench.grouping import Grouping, alone, by_product, in_order
from tests.bench.keyword_lists import AHREFS, KeywordList, load
from tests.lib.pipeline.drive import tools_for
from tests.lib.planner.files import read, written
from tests.sandbox_server import SandboxServer

SMALL = (
    "keyword,topic,volume\nrose feed,feeding,10\nbest rose feed,feeding,20\nbike chain,chain,30\n"
    "clean bike chain,chain,40\nrose feed recipe,feeding,50\npetty cash log,,60\n"
)


def test_the_labelled_list_has_the_shape_that_it_is_described_with() -> None:
    rows = read(keyword_lists.LABELLED)[1]
    given = keyword_lists.labelled()
    assert len(rows) == len(given.keywords) == len(given.labels) == 300
    sizes = Counter(given.labels.values())
    assert len(sizes) == 70
    assert (min(sizes.values()), max(sizes.values())) == (1, 12)
    assert all(row.text == row.normalized for row in rows), "written as people type queries"


def test_no_topic_stands_together_in_the_file() -> None:
    """The order of the file tells nothing, so what is found was found in the words."""
    labels = list(keyword_lists.labelled().labels.values())
    neighbours = sum(one == other for one, other in pairwise(labels))
    assert neighbours < len(labels) / 20


def test_labels_are_taken_off_before_the_product_sees_the_list(tmp_path: Path) -> None:
    given = load("small", written(tmp_path, SMALL), "topic")
    assert given.labels["best rose feed"] == "feeding"
    assert "petty cash log" not in given.labels
    shown = given.write(tmp_path / "shown.csv").read_text()
    assert "feeding" not in shown
    export, keywords, _ = read(tmp_path / "shown.csv")
    assert export.header is not None
    assert export.header.cells == ("keyword", "volume")
    assert [row.volume for row in keywords] == [10, 20, 30, 40, 50, 60]


@pytest.mark.skipif(not AHREFS.exists(), reason="the real exports are not part of the project")
def test_the_real_list_hides_its_parent_keywords(tmp_path: Path) -> None:
    given = keyword_lists.ahrefs()
    keywords = read(given.write(tmp_path / "shown.csv"))[1]
    assert len(keywords) == len(given.keywords) == 919
    assert (len(given.labels), {row.parent_keyword for row in keywords}) == (266, {None})


def test_another_order_holds_the_same_keywords_each_time(tmp_path: Path) -> None:
    given = load("small", written(tmp_path, SMALL), "topic")
    assert given.shuffle(1).rows == given.shuffle(1).rows != given.rows
    assert sorted(given.shuffle(1).rows) == sorted(given.rows)


def test_only_labelled_keywords_are_compared() -> None:
    grouping = Grouping({"a": 1, "b": 1, "c": 2, "d": 1})
    assert grouping.figures({"a": "x", "b": "x", "c": "y"})["ari"] == 1.0
    assert "ari" not in grouping.figures({})
    assert grouping.agreement(Grouping({"d": 7, "c": 8, "b": 7, "a": 7})) == 1.0


def test_every_way_of_grouping_places_every_keyword(sessions: Sessions, sandbox: SandboxServer, tmp_path: Path) -> None:
    given: KeywordList = load("small", written(tmp_path, SMALL), "topic")
    product = by_product(tools_for(sessions, sandbox.base_url, tmp_path), given, tmp_path)
    assert product.unplaced == 0
    assert product.requests >= 1
    assert product.credits.as_number() > 0
    for grouping in (product, alone(given.keywords), in_order(given.keywords)):
        assert set(grouping.groups) == {normalise(row[0]) for row in given.rows}
    assert product.groups["rose feed"] == product.groups["best rose feed"] != product.groups["bike chain"]
