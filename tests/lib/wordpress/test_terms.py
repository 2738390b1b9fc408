"""Categories and tags on a real WordPress: each name is made once, however it is written."""

from __future__ import annotations

import pytest

from igny8_lib.errors import InvalidInput
from igny8_lib.wordpress.terms import Taxonomy
from tests.wordpress_server import WordPressServer

NAMES = ("Tea", "Tea & cake", "Tom's “best” teas", "Käse", "茶", "50% off", "A/B", "x_y", "a  b")


@pytest.mark.parametrize("taxonomy", ["categories", "tags"])
def test_a_name_is_made_once_and_found_as_people_write_it(wordpress: WordPressServer, taxonomy: Taxonomy) -> None:
    with wordpress.client("editor") as client:
        made = [client.terms.ensure(taxonomy, name) for name in NAMES]
        again = [client.terms.ensure(taxonomy, name.upper()) for name in NAMES]
        assert [term.name for term in made] == [" ".join(name.split()) for name in NAMES]
        assert [term.id for term in again] == [term.id for term in made]
        assert {term.made for term in made} == {True}
        assert {term.made for term in again} == {False}
        assert [term.id for term in client.terms.by_ids(taxonomy, [term.id for term in made])] != []


def test_a_name_that_people_made_is_taken_and_one_that_contains_it_is_not(wordpress: WordPressServer) -> None:
    wordpress.php("foreach (['Green tea', 'Tea bags'] as $name) wp_insert_term($name, 'category'); return 1;")
    known = wordpress.php("return wp_insert_term('Tea', 'category')['term_id'];")
    with wordpress.client() as client:
        assert client.terms.ensure("categories", "tea").id == known
        assert client.terms.find("categories", "bags") is None


@pytest.mark.parametrize("others", [99, 120])
def test_a_name_is_found_behind_all_that_contain_it(wordpress: WordPressServer, others: int) -> None:
    wordpress.php(f"for ($i = 0; $i < {others}; $i++) wp_insert_term(\"tea $i\", 'post_tag'); return 1;")
    known = wordpress.php("return wp_insert_term('Tea', 'post_tag')['term_id'];")
    with wordpress.client() as client:
        assert client.terms.ensure("tags", "tea").id == known
        assert client.terms.find("tags", "te") is None


def test_what_wordpress_takes_for_the_same_name_is_the_same(wordpress: WordPressServer) -> None:
    known = wordpress.php("return wp_insert_term('Tea', 'category')['term_id'];")
    with wordpress.client() as client:
        assert client.terms.find("categories", "<b>Tea</b>") is None
        assert [client.terms.ensure("categories", "<b>Tea</b>").id for _ in range(2)] == [known, known]


def test_of_two_categories_of_one_name_the_one_at_the_top_is_taken(wordpress: WordPressServer) -> None:
    parent = wordpress.php("return wp_insert_term('Drinks', 'category')['term_id'];")
    wordpress.php(f"return wp_insert_term('Tea', 'category', ['parent' => {parent}])['term_id'];")
    top = wordpress.php("return wp_insert_term('Tea', 'category', ['slug' => 'tea-top'])['term_id'];")
    with wordpress.client() as client:
        assert client.terms.ensure("categories", "Tea").id == top


def test_an_empty_name_is_refused_before_wordpress_fails_at_it(wordpress: WordPressServer) -> None:
    with wordpress.client() as client:
        for name in ("", "  ", "x" * 201):
            with pytest.raises(InvalidInput):
                client.terms.ensure("tags", name)
