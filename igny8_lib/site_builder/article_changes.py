"""Which files of a site change with its articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from igny8_lib.site_builder.article_index import PER_PAGE, ArticleList, Index
from igny8_lib.site_builder.articles import Listed
from igny8_lib.site_builder.feeds import FEED, FEED_PATH, site_map_paths


def all_paths(index: Index) -> set[str]:
    """Every file that the articles of a site make, without those of the structure's pages."""
    lists = {one.path(number) for one in index.every_list for number in one.numbers}
    articles = {article.path for article in index.all.articles}
    return lists | articles | site_map_paths(index).keys() | {FEED_PATH}


def changed_paths(before: Index, after: Index, slugs: Iterable[str]) -> set[str]:
    """The files to make anew once the articles of these slugs were written, changed or taken away.

    They are the articles' own pages, pages of lists that show them, pages of articles related to them, the feed and the
    site map, each only where it shows something else than before. What is not there any more (`all_paths(after)`, the
    structure's pages) is to be removed. An article whose slug changed has two.
    """
    indexes = (before, after)
    versions = [index.by_slug[slug] for slug in sorted(set(slugs)) for index in indexes if slug in index.by_slug]
    if not versions:
        return set()
    changed = {one.path for one in versions}
    for key in {("", ""), *(term for one in versions for term in one.terms)}:
        changed |= changed_pages(list_of(before, key), list_of(after, key), versions)
    if names(before) != names(after):
        changed.add(after.all.path(0))
    changed |= {one.path for one in around(before, after, versions) if is_related_anew(before, after, one)}
    if faces(before.latest) != faces(after.latest):
        changed |= set(after.with_latest)
        changed.add(after.all.path(0))
    if in_feed(before) != in_feed(after):
        changed.add(FEED_PATH)
    return changed | changed_maps(before, after)


def faces(articles: Iterable[Listed]) -> list[object]:
    """What cards show of articles, in their order."""
    return [one.face for one in articles]


def in_feed(index: Index) -> list[object]:
    """What the feed tells."""
    return [(one.face, one.categories, one.changed) for one in index.all.articles[-FEED:]]


def list_of(index: Index, key: tuple[str, str]) -> ArticleList | None:
    """The list of a category or tag, or of all articles; None where it has no article."""
    return index.lists.get(key) if key[0] else index.all


def names(index: Index) -> list[tuple[str, str]]:
    """What the blog's first page tells of the categories."""
    return [(one.name, one.folder) for one in index.categories]


def changed_pages(before: ArticleList | None, after: ArticleList | None, versions: list[Listed]) -> set[str]:
    """The pages of a list that show something else, from the first on that can."""
    if before is None or after is None:
        only = before or after
        return {only.path(number) for number in only.numbers} if only else set()
    if before.name != after.name:
        return {one.path(number) for one in (before, after) for number in one.numbers}
    start = min(one.position(version) for one in (before, after) for version in versions)
    linked = min(before.full, after.full)
    numbers = {number for one in (before, after) for number in one.numbers if can_change(number, start, linked)}
    return {after.path(number) for number in numbers if sight(before, number) != sight(after, number)}


def can_change(number: int, start: int, linked: int) -> bool:
    """Whether a page can change with what stands at a position and after; from the page `linked` on, links can."""
    return not number or number * PER_PAGE > start or number >= linked


def sight(articles: ArticleList, number: int) -> object:
    """All that a page of a list shows; None where there is no such page."""
    if number > articles.full:
        return None
    return faces(articles.shown(number)), articles.older(number), articles.newer(number)


def around(before: Index, after: Index, versions: list[Listed]) -> Iterator[Listed]:
    """The articles to which those can have been related, or can be."""
    pairs = [(index, one, term) for index in (before, after) for one in versions for term in one.terms]
    found = {near.slug for index, one, term in pairs for near in index.near(term, one)}
    return (after.by_slug[slug] for slug in sorted(found) if slug in after.by_slug)


def is_related_anew(before: Index, after: Index, article: Listed) -> bool:
    """Whether the article's page shows other related articles, or shows them otherwise."""
    former = before.by_slug.get(article.slug)
    return former is None or faces(before.related(former)) != faces(after.related(article))


def changed_maps(before: Index, after: Index) -> set[str]:
    """The site maps with other entries."""
    old, new = site_map_paths(before), site_map_paths(after)
    return {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
