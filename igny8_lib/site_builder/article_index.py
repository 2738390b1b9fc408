"""What a site's articles are to one another: their order, categories and tags, pages of lists, related articles.

An article that is new must not change every page of every list. So lists are cut from the oldest on: a page that is
full stays as it is, and the first page shows the newest, which are no full page yet, with the ten before them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from urllib.parse import quote

from igny8_lib.errors import InvalidInput
from igny8_lib.models import PageType
from igny8_lib.site_builder.addresses import path_of
from igny8_lib.site_builder.articles import Listed, SiteArticle, newest_last, term_slug
from igny8_lib.site_builder.documents import SiteDocument

PER_PAGE = 10
NEAR = 10
"""How many articles before and after it in each of its categories and tags can be related to an article: with no such
limit a new one in a category of thousands would change the pages of all of them."""
RELATED = 3
LATEST = 12
"""Articles that blocks of other pages can show."""


@dataclass(frozen=True)
class ArticleList:
    """All articles, or those of one category or tag, in the order in which they were published.

    `folder` is where its pages are ("blog/", "blog/tag/boats/"); `name` is "" for the list of all.
    """

    folder: str
    articles: Sequence[Listed]
    name: str = ""
    kind: str = ""

    @property
    def address(self) -> str:
        """Its first page's address below the site's, as URLs have it."""
        return quote(self.folder)

    @property
    def full(self) -> int:
        """Pages with an address of their own, numbered from 1, the oldest articles' page."""
        return max(0, len(self.articles) // PER_PAGE - 1)

    def path(self, number: int) -> str:
        """The file of a page; 0 is the first one that visitors see."""
        return f"{self.folder}page/{number}/index.html" if number else f"{self.folder}index.html"

    def page_address(self, number: int) -> str:
        """A page's address below the site's."""
        return f"{self.address}page/{number}/" if number else self.address

    def shown(self, number: int) -> Sequence[Listed]:
        """The articles on a page, newest first: ten, on the first one up to nineteen."""
        start = PER_PAGE * (number - 1) if number else PER_PAGE * self.full
        return self.articles[start : start + PER_PAGE if number else None][::-1]

    def older(self, number: int) -> int | None:
        """The page with the articles before those on this one; None where there are none."""
        return ((number or self.full + 1) - 1) or None

    def newer(self, number: int) -> int | None:
        """The page with the articles after; None on the first one."""
        if not number:
            return None
        return number + 1 if number < self.full else 0

    @property
    def numbers(self) -> range:
        """All its pages."""
        return range(self.full + 1)

    def position(self, article: Listed) -> int:
        """Where the article stands, or would stand."""
        return bisect_left(self.articles, (article.published, article.slug), key=lambda one: (one.published, one.slug))

    def near(self, article: Listed) -> Sequence[Listed]:
        """The articles before and after it."""
        at = self.position(article)
        around = self.articles[max(0, at - NEAR) : at + NEAR + 1]
        return [one for one in around if one.slug != article.slug]


@dataclass(frozen=True)
class Index:
    """The articles of a site: `all` of them, those of each category and tag by kind and slug ("tag", "boats").

    `pages` are the addresses of the structure's pages below the site's, `with_latest` the files of those that show
    the latest articles.
    """

    all: ArticleList
    lists: Mapping[tuple[str, str], ArticleList]
    pages: tuple[str, ...] = ()
    with_latest: tuple[str, ...] = ()
    _related: dict[str, tuple[Listed, ...]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, articles: Iterable[Listed], site: SiteDocument) -> Index:
        """The index of the articles of a site. Raises InvalidInput where two have one slug."""
        light = [one.listed if isinstance(one, SiteArticle) else one for one in articles]
        counted = Counter(one.slug for one in light)
        if twice := next((slug for slug, count in counted.items() if count > 1), None):
            raise InvalidInput(f'Two articles have the slug "{twice}": give each its own')
        ordered = newest_last(light)
        pages = [page for page in site.pages if page.type is not PageType.BLOG]
        showing = [page for page in pages if any(block.type == "latest_articles" for block in page.blocks)]
        return cls(
            all=ArticleList("blog/", ordered),
            lists=lists_of(ordered),
            pages=tuple(path_of(page) for page in pages),
            with_latest=tuple(f"{path_of(page)}index.html" for page in showing),
        )

    @cached_property
    def by_slug(self) -> Mapping[str, Listed]:
        """The articles by their slugs."""
        return {article.slug: article for article in self.all.articles}

    @property
    def latest(self) -> Sequence[Listed]:
        """Newest first."""
        return list(islice(reversed(self.all.articles), LATEST))

    @cached_property
    def categories(self) -> Sequence[ArticleList]:
        """The lists of the categories by their names."""
        kept = (one for one in self.lists.values() if one.kind == "category")
        return sorted(kept, key=lambda one: (one.name.casefold(), one.folder))

    @property
    def every_list(self) -> Sequence[ArticleList]:
        """The list of all articles, then those of the categories and tags."""
        return [self.all, *self.lists.values()]

    def related(self, article: Listed) -> tuple[Listed, ...]:
        """The articles that share most categories and tags with it, newest first where as many, of those near it."""
        if article.slug not in self._related:
            near = {one.slug: one for term in article.terms for one in self.near(term, article)}
            best = sorted(near.values(), key=lambda one: (len(one.terms & article.terms), one.published, one.slug))
            self._related[article.slug] = tuple(best[: -RELATED - 1 : -1])
        return self._related[article.slug]

    def near(self, term: tuple[str, str], article: Listed) -> Sequence[Listed]:
        """The articles of a category or tag that were published right before and after this one."""
        return self.lists[term].near(article) if term in self.lists else ()


def lists_of(ordered: Sequence[Listed]) -> dict[tuple[str, str], ArticleList]:
    """The lists of all categories and tags; a name is spelt as the first article spells it."""
    names: dict[tuple[str, str], str] = {}
    members: dict[tuple[str, str], list[Listed]] = {}
    for article in ordered:
        for kind, spelt in (("category", article.categories), ("tag", article.tags)):
            for name in spelt:
                names.setdefault((kind, term_slug(name)), " ".join(name.split()))
        for term in article.terms:
            members.setdefault(term, []).append(article)
    made = sorted(members)
    return {term: ArticleList(f"blog/{term[0]}/{term[1]}/", members[term], names[term], term[0]) for term in made}
