"""Which words there are."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

NONE = Markup("")


@dataclass(frozen=True)
class Words:
    """The words in one language.

    `attributes` stand on elements whose text is a word of these in a page of another language (`lang="en" dir="ltr"`,
    with a space before them), and are empty where the words are in the site's own.
    """

    language: str
    skip: str
    menu: str
    more: str
    """Of a menu: the pages that have no place in its line."""
    pages: str
    """The name of the footer's navigation."""
    you_are_here: str
    blog: str
    all_articles: str
    no_articles: str
    older: str
    newer: str
    page_of: str
    """With {page} and {pages}."""
    category: str
    categories: str
    tag: str
    tags: str
    related: str
    published: str
    updated: str
    by: str
    """With {name}, an author's."""
    not_found: str
    not_found_text: str
    to_home: str
    name: str
    email: str
    message: str
    send: str
    recommended: str
    """Of several offers, the one for most people."""
    attributes: Markup = NONE
