"""A website's articles as files: their pages, the lists of all, of each category and of each tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from igny8_lib.errors import InvalidInput
from igny8_lib.models import PageType
from igny8_lib.site_builder.addresses import path_of
from igny8_lib.site_builder.article_index import ArticleList, Index
from igny8_lib.site_builder.articles import Listed, SiteArticle, term_slug
from igny8_lib.site_builder.documents import Page, SiteDocument
from igny8_lib.site_builder.feeds import FEED_PATH, ROBOTS_PATH, render_feed, render_robots, render_site_maps
from igny8_lib.site_builder.head import Head, described, shortened
from igny8_lib.site_builder.images import Images
from igny8_lib.site_builder.pages import Body, page_body, place_of, render_page
from igny8_lib.site_builder.rendering import TEMPLATES, Card, Place, as_file, moment
from igny8_lib.site_builder.sharing import shared, shared_picture
from igny8_lib.site_builder.shell import shell_of
from igny8_lib.site_builder.structured_data import CONTEXT, breadcrumbs, organization
from igny8_lib.text.figures import place as place_figures

WIDE = "(min-width: 48rem) 46rem, 92vw"
"""How wide a picture is shown in an article."""
HEADLINE = 110
"""Characters of a headline that search engines take."""

ReadArticle = Callable[[str], SiteArticle]
"""Gives an article by its slug."""


@dataclass(frozen=True)
class TermLink:
    """A link to the list of a category or tag."""

    name: str
    address: str


def render_articles(
    site: SiteDocument, base_url: str, images: Images, articles: Iterable[SiteArticle]
) -> dict[str, bytes]:
    """All files that a site's articles make: their pages, the lists, the feed, the site map, robots.txt.

    The same articles give the same bytes. Raises InvalidInput where `base_url` is no web address, or two articles have
    one slug.
    """
    whole = {article.slug: article for article in articles}
    blog = Blog.of(site, base_url, images, Index.of(whole.values(), site))
    pages = {article.path: blog.article_page(article) for article in whole.values()}
    lists = {one.path(number): blog.list_page(one, number) for one in blog.index.every_list for number in one.numbers}
    return {**lists, **pages, **blog.machine_files}


def render_paths(
    site: SiteDocument, base_url: str, images: Images, index: Index, *, paths: Iterable[str], read: ReadArticle
) -> dict[str, bytes]:
    """The files at these paths (of article_changes.changed_paths) as they are now; one left out has no file any more.

    `read` gives the articles whose pages are among them. Raises as render_articles does.
    """
    blog = Blog.of(site, base_url, images, index)
    return {path: file for path in sorted(set(paths)) if (file := blog.file(path, read)) is not None}


def cards_of(index: Index, base: str) -> list[Card]:
    """The latest articles for the blocks of other pages, newest first; `base` is the path of the site's address."""
    return [card(article, base) for article in index.latest]


def card(article: Listed, base: str) -> Card:
    """An article as lists show it."""
    return Card(
        title=article.title,
        address=f"{base}{article.address}",
        summary=article.summary,
        published=article.published,
        image=article.image,
        category=article.categories[0] if article.categories else "",
    )


@dataclass(frozen=True)
class Blog:
    """What renders one site's articles."""

    site: SiteDocument
    index: Index
    place: Place
    own_page: Page | None
    """The structure's page of type blog, whose blocks stand before the list."""
    places: Mapping[str, tuple[ArticleList, int]]
    """The lists' pages by their paths."""

    @classmethod
    def of(cls, site: SiteDocument, base_url: str, images: Images, index: Index) -> Blog:
        """Of a site with these articles. Raises InvalidInput where `base_url` is no web address."""
        bare = place_of(site, base_url, images)
        place = place_of(site, base_url, images, cards_of(index, bare.addresses.base))
        own = next((page for page in site.pages if page.type is PageType.BLOG), None)
        places = {one.path(number): (one, number) for one in index.every_list for number in one.numbers}
        return cls(site, index, place, own, places)

    @property
    def title(self) -> str:
        """What the blog is called."""
        return self.own_page.title if self.own_page else self.place.words.blog

    def file(self, path: str, read: ReadArticle) -> bytes | None:
        """The file at a path; None where there is none any more."""
        if path in self.places:
            return self.list_page(*self.places[path])
        slug = path.removeprefix("blog/").removesuffix("/index.html")
        if slug in self.index.by_slug and self.index.by_slug[slug].path == path:
            return self.article_page(self.as_indexed(read(slug)))
        own = next((page for page in self.site.pages if f"{path_of(page)}index.html" == path), None)
        return render_page(self.site, own, self.place) if own else self.machine_files.get(path)

    def as_indexed(self, article: SiteArticle) -> SiteArticle:
        """The article, which must be the one that the index has. Raises InvalidInput where it is another version."""
        if article.listed != self.index.by_slug[article.slug]:
            raise InvalidInput(f'The article "{article.slug}" is not the version that the index has: make it anew')
        return article

    @cached_property
    def machine_files(self) -> dict[str, bytes]:
        """The feed, the site maps, robots.txt."""
        addresses = self.place.addresses
        return {
            **render_site_maps(self.index, addresses),
            FEED_PATH: render_feed(self.site, self.index, addresses),
            ROBOTS_PATH: render_robots(addresses),
        }

    def article_page(self, article: SiteArticle) -> bytes:
        """The page of an article."""
        where = f"blog/{article.slug}/"
        shell = shell_of(self.site, self.place.addresses, self.article_head(article), here=where)
        html = TEMPLATES.get_template("article.html.jinja").render(
            shell=shell,
            place=self.place,
            steps=self.steps(),
            article=article,
            body=self.body(article),
            categories=links("category", article.categories),
            tags=links("tag", article.tags),
            related=self.cards(self.index.related(article)),
            updated=article.changed.date() > article.published.date(),
            wide=WIDE,
        )
        return as_file(html)

    def body(self, article: SiteArticle) -> Markup:
        """The text with its pictures between the sections."""
        figures = [f"<figure>{self.place.picture(picture, sizes=WIDE)}</figure>" for picture in article.images]
        return Markup(place_figures(article.html, figures))  # noqa: S704 - sanitised, the figures escaped

    def article_head(self, article: SiteArticle) -> Head:
        """What an article's page says in its head."""
        addresses = self.place.addresses
        url = addresses.whole(article.address)
        return Head(
            title=article.meta_title or f"{article.title} | {self.site.name}",
            description=article.meta_description or shortened(article.summary) or article.title,
            canonical=url,
            kind="article",
            picture=shared(article.image, self.place) if article.image else None,
            published=article.published,
            changed=article.changed,
            data=[self.article_data(article, url), breadcrumbs([*self.steps(whole=True), (article.title, url)])],
        )

    def article_data(self, article: SiteArticle, url: str) -> dict[str, Any]:
        """The article as search engines read it (schema.org/Article)."""
        owner = organization(self.site, self.place.addresses)
        pictures = [picture for picture in (article.image, *article.images) if picture]
        keywords = dict.fromkeys(word for word in (article.primary_keyword, *article.tags) if word)
        return {
            "@context": CONTEXT,
            "@type": "Article",
            "headline": shortened(article.title, HEADLINE),
            "description": article.meta_description or article.summary,
            "image": [self.place.addresses.whole(f"assets/images/{picture.file}") for picture in pictures],
            "datePublished": moment(article.published),
            "dateModified": moment(article.changed),
            "inLanguage": self.site.language,
            "articleSection": list(article.categories),
            "keywords": list(keywords),
            "mainEntityOfPage": url,
            "author": {"@type": "Person", "name": article.author} if article.author else owner,
            "publisher": owner,
        }

    def steps(self, *, whole: bool = False) -> list[tuple[str, str]]:
        """The way to an article: names and addresses of the home page and the blog, `whole` URLs or paths."""
        address = self.place.addresses.whole if whole else self.place.addresses.below
        return [(self.site.home.title, address("")), (self.title, address(self.index.all.address))]

    def list_page(self, articles: ArticleList, number: int) -> bytes:
        """A page of a list; 0 is the first one."""
        own = self.own_body() if articles is self.index.all and not number else None
        title = articles.name or self.title
        head = self.list_head(articles, number, own)
        shell = shell_of(self.site, self.place.addresses, head, here=articles.path(number).removesuffix("index.html"))
        html = TEMPLATES.get_template("article_list.html.jinja").render(
            shell=shell,
            place=self.place,
            steps=self.steps() if articles.name else self.steps()[:1],
            kind=getattr(self.place.words, articles.kind) if articles.kind else "",
            title=title if own is None else own.heading,
            blocks=own.blocks if own else Markup(),
            cards=self.cards(articles.shown(number)),
            categories=[TermLink(one.name, one.address) for one in self.index.categories] if own else [],
            older=self.link_to(articles, articles.older(number)),
            newer=self.link_to(articles, articles.newer(number)),
        )
        return as_file(html)

    def own_body(self) -> Body:
        """What stands before the first page's list: the blog page's blocks, or its title alone."""
        return page_body(self.own_page, self.place) if self.own_page else Body(self.title, Markup())

    def list_head(self, articles: ArticleList, number: int, own: Body | None) -> Head:
        """What a list's page says in its head."""
        addresses = self.place.addresses
        name = articles.name or self.title
        numbered = f"{name} ({number})" if number else name
        url = addresses.whole(articles.page_address(number))
        steps = self.steps(whole=True) if articles.name else self.steps(whole=True)[:1]
        mine = self.own_page if own else None
        return Head(
            title=f"{numbered} | {self.site.name}",
            description=described(mine, self.site, own.blocks) if mine and own else f"{numbered} – {self.site.name}",
            canonical=url,
            picture=shared_picture(mine, self.place) if mine else None,
            data=[breadcrumbs([*steps, (numbered, url)])],
        )

    def link_to(self, articles: ArticleList, number: int | None) -> str:
        """The address of a list's page; "" for none."""
        return "" if number is None else self.place.path(articles.page_address(number))

    def cards(self, articles: Iterable[Listed]) -> list[Card]:
        """Articles as lists show them."""
        return [card(article, self.place.addresses.base) for article in articles]


def links(kind: str, names: Iterable[str]) -> list[TermLink]:
    """Links to an article's categories or tags, each once, with addresses below the site's."""
    slugs = {slug: name for name in reversed(tuple(names)) if (slug := term_slug(name))}
    return [TermLink(slugs[slug], quote(f"blog/{kind}/{slug}/")) for slug in reversed(slugs)]
