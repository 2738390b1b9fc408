"""What the pages of articles and of their lists show."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.errors import InvalidInput
from igny8_lib.site_builder.article_index import Index
from igny8_lib.site_builder.articles import SiteArticle
from igny8_lib.site_builder.blocks.parts import Picture
from igny8_lib.site_builder.blog import cards_of, render_articles, render_paths
from igny8_lib.site_builder.words import LANGUAGES
from igny8_lib.text.html_policy import VOID
from tests.lib.site_builder.articles_made import BASE, IMAGES, START, article, articles, site

HOSTILE = "<script>alert(1)</script>\"'&</title><img src=x onerror=alert(1)>{{ 7*7 }}"


class Outline(HTMLParser):
    """Reads a page: its headings' levels, its links, ids and pictures; elements must close in order."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.levels: list[int] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.names: set[str] = set()
        self.feed(page.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what it is."""
        found = dict(attrs)
        self.names.add(tag)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "a":
            self.links.append(found["href"] or "")
        if tag == "img":
            self.pictures.append(found)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.open += [tag] if tag not in VOID else []

    def handle_endtag(self, tag: str) -> None:
        """It must be the one that is open."""
        assert self.open.pop() == tag


def rendered(*made: SiteArticle, **changes: Any) -> dict[str, bytes]:
    """All files of these articles."""
    return render_articles(site(**changes), BASE, IMAGES, made)


def data_of(page: bytes) -> list[dict[str, Any]]:
    """The page's JSON-LD."""
    return [
        json.loads(found) for found in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.decode())
    ]


def test_an_article_shows_what_it_is() -> None:
    made = article(
        3,
        title="Caring for <hulls>",
        changed=START + timedelta(days=9),
        categories=("Boat care", "boat  care"),
        tags=("Wood",),
        author="Ada",
        image=Picture(file="hull.webp", alt="A hull"),
        images=(Picture(file="mast.webp", alt="A mast"),),
        meta_title="Hull care",
        meta_description="How to care.",
        primary_keyword="hulls",
    )
    page = rendered(made)["blog/article-3/index.html"].decode()
    assert "<title>Hull care</title>" in page
    assert '<meta name="description" content="How to care.">' in page
    assert '<link rel="canonical" href="https://boats.example/site/blog/article-3/">' in page
    assert "<h1>Caring for &lt;hulls&gt;</h1>" in page
    assert "January 4, 2024" in page
    assert "January 10, 2024" in page
    assert "By Ada" in page
    assert page.count('href="/site/blog/category/boat-care/"') == 1
    assert 'href="/site/blog/tag/wood/"' in page
    assert '<li><a href="/site/blog/">Journal</a></li>' in page
    outline = Outline(page.encode())
    assert [(one["src"], one["width"], one["height"], one["alt"]) for one in outline.pictures] == [
        ("/site/assets/images/hull.webp", "1200", "800", "A hull"),
        ("/site/assets/images/mast.webp", "1200", "800", "A mast"),
    ]
    assert page.index("mast.webp", page.index("<h1>")) < page.index("<h2>More</h2>")


def test_an_article_tells_search_engines_of_itself() -> None:
    made = article(3, changed=START + timedelta(days=9), image=Picture(file="hull.webp", alt="A hull"), tags=("Wood",))
    facts, way = data_of(rendered(made)["blog/article-3/index.html"])
    assert facts["@type"] == "Article"
    assert facts["datePublished"] == "2024-01-04T08:00:00+00:00"
    assert facts["dateModified"] == "2024-01-10T08:00:00+00:00"
    assert facts["image"] == ["https://boats.example/site/assets/images/hull.webp"]
    assert facts["author"] == facts["publisher"]
    assert [step["item"] for step in way["itemListElement"]] == [
        BASE,
        f"{BASE}blog/",
        f"{BASE}blog/article-3/",
    ]


def test_every_page_has_one_title_and_headings_in_order_and_leads_nowhere_wrong() -> None:
    made = [article(number, categories=("Boat care",), tags=("Лак", f"t{number % 3}")) for number in range(41)]
    files = rendered(*made, article(50, slug="лодка"))
    assert "blog/page/3/index.html" in files
    assert "blog/category/boat-care/page/2/index.html" in files
    assert "blog/tag/лак/index.html" in files
    assert "blog/лодка/index.html" in files
    own = {"", "contact/", "feed.xml"}
    for path, page in files.items():
        if path.endswith(".html"):
            outline = Outline(page)
            assert outline.levels[0] == 1
            assert outline.levels.count(1) == 1
            steps = zip(outline.levels, outline.levels[1:], strict=False)
            assert all(after - before <= 1 for before, after in steps), path
            assert len(set(outline.ids)) == len(outline.ids)
            inside = [unquote(link.removeprefix("/site/")) for link in outline.links if link.startswith("/site/")]
            assert all(f"{link}index.html" in files or link in own for link in inside), path
            assert len(page) < 50_000


def test_lists_lead_from_page_to_page() -> None:
    files = rendered(*articles(35))
    first, third, oldest = (files[f"blog/{path}index.html"].decode() for path in ("", "page/2/", "page/1/"))
    assert 'rel="next" href="/site/blog/page/2/"' in first
    assert 'rel="prev"' not in first
    assert 'rel="prev" href="/site/blog/"' in third
    assert 'rel="next" href="/site/blog/page/1/"' in third
    assert 'rel="next"' not in oldest
    assert first.index("Article 34") < first.index("Article 33")
    assert first.count('class="card"') == 15
    assert oldest.count('class="card"') == 10


def test_a_blog_without_articles_says_so() -> None:
    files = rendered()
    assert set(files) == {"blog/index.html", "feed.xml", "robots.txt", "sitemap.xml"}
    assert "There are no articles yet." in files["blog/index.html"].decode()


def test_the_blog_page_keeps_its_blocks_before_the_list() -> None:
    blocks = [{"id": "words", "type": "text", "data": {"title": "From the yard", "body": "What we learn."}}]
    pages = [
        {"slug": "home", "title": "Boats", "type": "home"},
        {"slug": "news", "title": "Journal", "type": "blog", "blocks": blocks},
    ]
    page = rendered(article(1), pages=pages)["blog/index.html"]
    assert Outline(page).levels == [1, 2, 3]
    assert page.index(b"What we learn.") < page.index(b"Article 1")


def test_a_site_without_a_blog_page_has_its_articles_all_the_same() -> None:
    page = rendered(article(1), pages=[{"slug": "home", "title": "Boats", "type": "home"}])["blog/index.html"]
    assert b"<h1>Blog</h1>" in page


def test_words_are_in_the_language_of_the_site() -> None:
    made = [article(number, categories=("Pflege",)) for number in range(2)]
    page = rendered(*made, language="de")["blog/article-1/index.html"].decode()
    assert "2. Januar 2024" in page
    assert LANGUAGES["de"].related in page


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.lists(st.text(max_size=10), max_size=2).map(tuple))
def test_any_texts_make_whole_pages(title: str, summary: str, names: tuple[str, ...]) -> None:
    made = article(1, title=title, summary=summary, author=summary, meta_title=title, categories=names, tags=names)
    assert all(Outline(page) for path, page in rendered(made, article(2, tags=names)).items() if path.endswith(".html"))


def test_no_text_of_an_article_runs() -> None:
    made = article(
        1,
        title=HOSTILE,
        summary=HOSTILE,
        author=HOSTILE,
        meta_title=HOSTILE,
        meta_description=HOSTILE,
        primary_keyword=HOSTILE,
        categories=(HOSTILE,),
        tags=(HOSTILE,),
        image=Picture(file="hull.webp", alt=HOSTILE),
    )
    for path, page in rendered(made, article(2, tags=(HOSTILE,))).items():
        assert b"<script>" not in page
        assert b"<img src=x" not in page
        if path.endswith(".html"):
            assert b"onerror" not in re.sub(rb'"[^"]*"|>[^<]*<', b"", page)


def test_the_same_articles_give_the_same_bytes_in_any_order() -> None:
    made = [article(number, tags=("a", "b"), categories=("C", "D")) for number in range(25)]
    assert rendered(*made) == rendered(*reversed(made))


def test_cards_of_the_latest_articles_are_for_other_pages() -> None:
    cards = cards_of(Index.of(articles(20), site()), "/site/")
    assert [one.title for one in cards] == [f"Article {number}" for number in range(19, 7, -1)]
    assert cards[0].address == "/site/blog/article-19/"


def test_an_article_of_another_version_than_the_index_has_is_refused() -> None:
    index = Index.of([article(1)], site())
    with pytest.raises(InvalidInput, match="article-1"):
        render_paths(
            site(),
            BASE,
            IMAGES,
            index,
            paths=["blog/article-1/index.html"],
            read=lambda _: article(1, title="Newer"),
        )
