"""The public page of an article, as visitors find it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import httpx

from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.target import Article
from igny8_lib.text.html import plain_text
from igny8_lib.tls import believed

FETCH_SECONDS = 10.0
SENTENCE = 60
"""Characters of the article's text that have to stand on its public page."""
TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


@lru_cache(maxsize=1)
def visitor() -> httpx.Client:
    """One client for all pages: it keeps its connections."""
    return httpx.Client(timeout=FETCH_SECONDS, verify=believed(httpx.create_ssl_context))


def fetch(url: str) -> httpx.Response:
    """The public address' answer. Raises PublishingFailed where nobody answers."""
    try:
        return visitor().get(url)
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        sentence = f"{url} does not answer ({reason}): look whether the web server of the websites runs."
        raise PublishingFailed("unreachable", sentence, temporary=True) from error


def see(article: Article, url: str, visited: str) -> dict[str, Any]:
    """Fetch the page and look for the article's title and a sentence of its text; `visited` is its address for this
    process. Raises PublishingFailed where it shows something else."""
    answer = fetch(visited)
    if answer.status_code != httpx.codes.OK:
        words = f"{url} answers {answer.status_code}: look whether its web server shows the site's live version"
        raise PublishingFailed("not_live", f"{words}.", temporary=answer.status_code >= 500)
    title = TITLE.search(answer.text)
    seen = plain_text(title[1]) if title else ""
    sentence = plain_text(article.html)[:SENTENCE]
    if seen != " ".join(article.title.split()) or sentence not in plain_text(answer.text):
        words = f"{url} shows something else than the article: look which folder or store its web server shows"
        raise PublishingFailed("not_live", f"{words}.", temporary=False)
    return {"url": url, "status": answer.status_code, "title": seen, "sentence": sentence}
