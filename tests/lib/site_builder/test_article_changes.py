"""Which files one article changes: exactly those that differ, and never many of ten thousand articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.site_builder.article_changes import all_paths, changed_paths
from igny8_lib.site_builder.article_index import NEAR, Index
from igny8_lib.site_builder.articles import SiteArticle
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.blog import cards_of, render_articles, render_paths
from igny8_lib.site_builder.pages import render_pages
from tests.lib.site_builder.articles_made import BASE, IMAGES, article, articles, site

SITE = site()
NAMES = st.lists(st.sampled_from(["Hulls", "hulls", "Masts", "Sails"]), max_size=2).map(tuple)
ARTICLE = st.builds(
    lambda number, title, categories, tags: article(number, title=title, categories=categories, tags=tags),
    st.integers(0, 200),
    st.sampled_from(["One", "Two"]),
    NAMES,
    NAMES,
)
ARTICLES = st.integers(0, 45).flatmap(
    lambda count: st.lists(ARTICLE, min_size=count, max_size=count, unique_by=lambda one: one.slug)
)


def rendered(made: list[SiteArticle]) -> dict[str, bytes]:
    """All files of the articles."""
    return render_articles(SITE, BASE, IMAGES, made)


def updated(before: list[SiteArticle], after: list[SiteArticle], slugs: set[str]) -> tuple[dict[str, bytes], set[str]]:
    """The files of before with those written anew that change, and which those are."""
    old, new = Index.of(before, SITE), Index.of(after, SITE)
    paths = changed_paths(old, new, slugs)
    read = {one.slug: one for one in after}
    files = render_paths(SITE, BASE, IMAGES, new, paths=paths, read=read.__getitem__)
    kept = {path: file for path, file in rendered(before).items() if path not in paths}
    return kept | files, paths


@settings(max_examples=25, deadline=None)
@given(ARTICLES, st.lists(ARTICLE, max_size=2, unique_by=lambda one: one.slug), st.data())
def test_what_changes_is_written_anew_and_nothing_else(
    before: list[SiteArticle], written: list[SiteArticle], data: st.DataObject
) -> None:
    removed = set(data.draw(st.lists(st.sampled_from([one.slug for one in before]), max_size=2))) if before else set()
    slugs = removed | {one.slug for one in written}
    after = [one for one in before if one.slug not in slugs] + written
    files, paths = updated(before, after, slugs)
    complete = rendered(after)
    assert files == complete
    former = rendered(before)
    differing = {path for path in former.keys() | complete.keys() if former.get(path) != complete.get(path)}
    own = {f"blog/{slug}/index.html" for slug in slugs}
    assert paths - own == differing - own
    assert complete.keys() - {"robots.txt"} == all_paths(Index.of(after, SITE))


def terms(number: int) -> dict[str, tuple[str, ...]]:
    """All in one category, and two of fifty tags."""
    return {"categories": ("Boats",), "tags": (f"tag {number % 50}", f"tag {number % 7}")}


def test_of_ten_thousand_articles_one_changes_a_bounded_number_of_files() -> None:
    made = [article(number, **terms(number)).listed for number in range(10_000)]
    before = Index.of(made, SITE)
    assert len(all_paths(before)) > 12_000
    bound = 3 * 2 * NEAR + 3 * 4 + 4  # related by three terms, pages of four lists, feed, site map, itself
    again = replace(made[5_000], title="Another title", changed=made[5_000].changed + timedelta(days=1))
    update = changed_paths(before, Index.of([*made[:5_000], again, *made[5_001:]], SITE), [again.slug])
    assert again.path in update
    assert len(update) <= bound
    new = article(10_000, **terms(10_000)).listed
    after = Index.of([*made, new], SITE)
    addition = changed_paths(before, after, [new.slug])
    assert {new.path, "blog/index.html", "blog/category/boats/index.html", "feed.xml", "sitemap.xml"} <= addition
    assert len(addition) <= bound
    assert len(changed_paths(after, before, [new.slug])) <= bound


def test_a_text_alone_changes_its_page_and_the_dates_of_the_change() -> None:
    before = articles(30, categories=("Hulls",))
    after = [*before[:5], replace(before[5], html="<p>Other.</p>"), *before[6:]]
    _, paths = updated(before, after, {"article-5"})
    assert paths == {"blog/article-5/index.html"}


def test_a_page_with_the_latest_articles_changes_with_them_alone() -> None:
    example = {"id": "latest", "type": "latest_articles", "data": BLOCKS["latest_articles"].example}
    home = {"slug": "home", "title": "Boats", "type": "home", "blocks": [example]}
    showing = site(pages=[home, {"slug": "blog", "title": "Journal", "type": "blog"}])
    made = articles(30)
    old = [replace(made[0], title="Old"), *made[1:]]
    new = [*made[:-1], replace(made[-1], title="New")]
    before, early, late = (Index.of(each, showing) for each in (made, old, new))
    assert "index.html" not in changed_paths(before, early, ["article-0"])
    paths = changed_paths(before, late, ["article-29"])
    files = render_paths(showing, BASE, IMAGES, late, paths=paths, read=lambda _: new[-1])
    assert b"New" in files["index.html"]
    assert files["index.html"] == render_pages(showing, BASE, IMAGES, cards_of(late, "/site/"))["index.html"]


def test_a_slug_that_changed_leaves_nothing_behind() -> None:
    before = articles(12)
    after = [*before[:-1], replace(before[-1], slug="renamed")]
    files, paths = updated(before, after, {"article-11", "renamed"})
    assert "blog/article-11/index.html" in paths
    assert files == rendered(after)
