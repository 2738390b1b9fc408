"""Which links are offered for a text, and where in it (SPEC §9)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.linker.ranking import Candidate, candidates
from igny8_lib.models import Content, ContentStatus, Site
from tests.factories.sites import make_site
from tests.lib.linker.pages import OPENING, make_draft, make_page, read_all
from tests.statements import count_statements

TREES = "Apple trees need light, water and good soil. Prune the branches, feed the roots, pick the fruit in autumn."
GARDEN = "In the garden, fruit trees want soil, water and light; branches are cut, roots are fed, fruit is picked."

PARTS = ("relevance", "phrase", "rank", "cluster", "few_inlinks")
PICTURE = '<img src="https://x.example/a.png" alt="apple trees">'


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


def of(session: Session, site: Site, content: Content) -> list[Candidate]:
    read_all(session, site)
    return candidates(session, site.id, content).candidates


def anchors(session: Session, site: Site, html: str) -> list[str]:
    """The words that are offered in an article about the same as the page about apple trees."""
    return [each.anchor for each in of(session, site, make_draft(session, site, html))]


def test_an_inflected_form_is_found_and_its_place_is_told(session: Session, site: Site) -> None:
    page = make_page(session, site, "Apple trees for beginners", "apple tree", TREES)
    draft = make_draft(session, site, f"{GARDEN} Two Apple&nbsp;Trees are enough. {GARDEN}")
    (found,) = of(session, site, draft)
    assert (found.target_id, found.href, found.title) == (page.id, page.external_url, page.title)
    assert found.anchor == draft.html[found.start : found.end] == "Apple&nbsp;Trees"
    assert found.sentence == "Two Apple Trees are enough."
    assert 50 <= found.score <= 100
    assert found.score == round(
        sum(found.why[part] for part in ("relevance", "phrase", "rank", "cluster", "few_inlinks"))
    )  # type: ignore[misc]


PLACES = {
    "heading": "<h2>Apple trees</h2>",
    "link": '<p><a href="https://elsewhere.example/">apple trees</a></p>',
    "link_around": '<p><a href="https://elsewhere.example/">the best <b>apple trees</b> of all</a></p>',
    "code": "<p><code>apple trees</code></p>",
    "pre": "<pre>apple trees</pre>",
    "caption": f"<figure>{PICTURE}<figcaption>apple trees</figcaption></figure>",
    "table": "<table><tr><th>apple trees</th></tr><tr><td>apple trees</td></tr></table>",
    "quotation": "<blockquote><p>apple trees</p></blockquote>",
    "attribute": f'<p>{PICTURE} <span id="apple-trees">.</span></p>',
    "half_a_word": "<p>crabapple trees and apple treetops</p>",
    "half_a_compound": "<p>crab-apple trees, apple tree-house</p>",
    "two_sentences": "<p>I ate an apple. Trees were near.</p>",
    "list_of_words": "<p>apple, trees</p>",
    "over_a_tag": "<p>apple <b>trees</b></p>",
}  # fmt: skip


@pytest.mark.parametrize("place", sorted(PLACES))
def test_nothing_is_offered_outside_running_text_or_for_half_a_word(session: Session, site: Site, place: str) -> None:
    make_page(session, site, "Apple trees for beginners", "apple tree", TREES)
    assert anchors(session, site, f"{OPENING}<p>{GARDEN}</p>{PLACES[place]}<p>{GARDEN}</p>") == []


@pytest.mark.parametrize(
    "place", ["<p>{}</p>", "<ul><li>{}</li></ul>", "<p><b>{}</b></p>", "<p><em>the {} here</em></p>"]
)
def test_running_text_and_its_emphasis_are_offered(session: Session, site: Site, place: str) -> None:
    make_page(session, site, "Apple trees for beginners", "apple tree", TREES)
    assert anchors(session, site, f"{OPENING}{place.format('apple trees')}<p>{GARDEN}</p>") == ["apple trees"]


def test_the_first_paragraph_gets_no_link(session: Session, site: Site) -> None:
    make_page(session, site, "Apple trees for beginners", "apple tree", TREES)
    assert anchors(session, site, f"<p>Apple trees. {GARDEN}</p><p>{GARDEN}</p>") == []


def test_the_longest_phrase_counts(session: Session, site: Site) -> None:
    make_page(session, site, "Trees", "tree", TREES)
    make_page(session, site, "Apple trees", "apple tree", TREES)
    longest = make_page(session, site, "Dwarf apple trees", "dwarf apple tree", TREES)
    (found,) = of(session, site, make_draft(session, site, f"{GARDEN.replace('trees', 'shrubs')} A dwarf apple tree."))
    assert (found.anchor, found.target_id) == ("dwarf apple tree", longest.id)


def test_an_article_is_no_target_of_itself_nor_twice_of_one_that_links_to_it(session: Session, site: Site) -> None:
    page = make_page(session, site, "Apple trees", "apple tree", f"{TREES} An apple tree is good.")
    assert of(session, site, page) == []
    url = (page.external_url or "").replace("https://", "http://www.").rstrip("/") + "?utm_source=x#top"
    linked = make_draft(session, site, f'{OPENING}<p><a href="{url}">here</a></p><p>{GARDEN} Apple trees.</p>')
    assert of(session, site, linked) == []


@pytest.mark.parametrize("status", [each for each in ContentStatus if each is not ContentStatus.PUBLISHED])
def test_only_public_articles_are_targets(session: Session, site: Site, status: ContentStatus) -> None:
    make_page(session, site, "Apple trees", "apple tree", TREES, status=status)
    assert anchors(session, site, f"{GARDEN} Apple trees.") == []


def test_what_is_about_something_else_is_not_offered(session: Session, site: Site) -> None:
    make_page(session, site, "The jaguar of the rainforest", "jaguar", "Jaguars hunt deer at night near rivers.")
    text = "The motor has twelve cylinders and the gearbox is new. A Jaguar drives well; its brakes are fine."
    assert anchors(session, site, text) == []


def test_statements_are_as_many_for_a_large_site_and_a_long_text(session: Session, site: Site) -> None:
    counts = []
    for pages, words in ((1, 1), (30, 50)):
        for number in range(pages):
            make_page(session, site, f"Apple trees of kind {number}", f"apple tree {number}", TREES)
        draft = make_draft(session, site, " ".join(f"{GARDEN} Apple tree {number}." for number in range(words)))
        read_all(session, site)
        counts.append(count_statements(session, lambda text=draft: candidates(session, site.id, text, model="m")))  # type: ignore[misc]
    assert counts == [5, 5]


def test_without_embeddings_it_works_by_words_and_says_so(session: Session, site: Site) -> None:
    make_page(session, site, "Apple trees", "apple tree", TREES)
    draft = make_draft(session, site, f"{GARDEN} Apple trees.")
    read_all(session, site)
    found = candidates(session, site.id, draft, model="m")
    assert len(found.candidates) == 1
    assert found.by_text_alone
    assert "words alone" in found.remark
