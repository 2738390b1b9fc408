"""What visitors of a website see of an article: its page, and the pictures on it."""

from __future__ import annotations

import io
import re
from urllib.parse import urljoin

import httpx
from bs4 import BeautifulSoup
from PIL import Image as Pillow

SENTENCE = re.compile(r"[^.!?]{30,}[.!?]")


def assert_shown(url: str, title: str, html: str) -> list[str]:
    """The page is there with the title and a sentence of the article's `html`; addresses of its pictures, all load."""
    page = httpx.get(url)
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (200, "text/html")
    soup = BeautifulSoup(page.text, "html.parser")
    shown = letters(soup.get_text(" "))
    assert letters(title) in shown
    assert letters(sentence_of(html)) in shown
    pictures = [urljoin(url, str(image["src"])) for image in soup.find_all("img")]
    for picture in pictures:
        assert_picture(picture)
    return pictures


def assert_picture(url: str) -> None:
    """It loads, and is a picture that a browser can show."""
    answer = httpx.get(url)
    assert (answer.status_code, answer.headers["content-type"].split("/")[0]) == (200, "image"), url
    with Pillow.open(io.BytesIO(answer.content)) as picture:
        picture.load()


def sentence_of(html: str) -> str:
    """A sentence of the article's first paragraph that has one."""
    for paragraph in BeautifulSoup(html, "html.parser").find_all("p"):
        if found := SENTENCE.search(paragraph.get_text()):
            return found[0]
    raise AssertionError("the article has no sentence")


def letters(text: str) -> str:
    """Without what websites typeset in their own way: quotation marks, dashes, space."""
    return "".join(re.findall(r"\w", text)).casefold()
