"""Optimized articles of the sandbox: small edits that keep all facts, or one fault by a switch."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.ai.functions.optimize_content import OptimizedArticle
from igny8_lib.optimizer.guards import About, why_not
from igny8_lib.optimizer.texts import Texts
from igny8_lib.sandbox.answers.asked import Asked
from igny8_lib.sandbox.answers.optimizing import optimized_article
from igny8_lib.sandbox.switches import Rewrite
from igny8_lib.text.html import headings, plain_text, sanitise
from tests.lib.optimizer.conftest import HTML

LANGUAGES = {"en": "prune roses", "de": "Rosen schneiden", "fr": "tailler les roses", "es": "podar rosas"} | {
    "ru": "обрезка роз",
    "it": "potare le rose",
}
TAGS = ["<p>", "</p>", "<h2>", "</h2>", '<a href="/x">', "</a>", "<em>", "</em>", "<li>", '<img src="/y.png" alt="y">']
PIECES = st.one_of(
    st.sampled_from([*TAGS, "; ", ", and ", ". So ", "2026", "Bosch", "&amp;", "1,5"]), st.text(max_size=5)
)
TEXTS = st.lists(PIECES, max_size=40).map(" ".join)


def article(html: str, language: str = "en", **values: Any) -> dict[str, Any]:
    usual = {"title": "Roses", "language": language, "keyphrase": LANGUAGES[language], "html": html}
    return usual | {"meta_title": "Roses", "meta_description": "", "weaknesses": []} | values


def test_the_keyphrase_comes_into_first_paragraph_heading_title_and_description() -> None:
    answer = optimized_article(article(HTML))
    assert "prune roses" in plain_text(answer["html"].partition("</p>")[0])
    assert any("Prune roses" in text for _, text in headings(answer["html"]))
    assert "Prune roses" in answer["meta_title"]
    assert answer["meta_description"].startswith("Prune roses")
    assert len(answer["meta_description"]) <= 155


@pytest.mark.parametrize("language", LANGUAGES)
@given(html=TEXTS)
def test_whatever_the_article_its_facts_are_kept(language: str, html: str) -> None:
    before = sanitise(html)
    answer = OptimizedArticle(**optimized_article(article(before, language)))
    told = why_not(Texts(before, "Roses"), Texts.of_article(answer), About(language, "Roses", (LANGUAGES[language],)))
    assert not told


def test_asked_for_its_own_answer_it_changes_nothing_more() -> None:
    once = optimized_article(article(HTML))
    assert optimized_article(article(**once)) == once


@pytest.mark.parametrize("way", [way for way in Rewrite if way is not Rewrite.BETTER])
def test_each_switch_spoils_the_text(way: Rewrite) -> None:
    better = optimized_article(article(HTML))
    assert optimized_article(article(HTML), Asked(rewrite=way)) != better


def test_it_says_that_no_model_edited_the_text() -> None:
    assert "no model did" in optimized_article(article(HTML))["html"]
