"""An article's text as WordPress gets it: with its pictures, and with the mark by which the post is found again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from igny8_lib.models import Markup
from igny8_lib.publishing.target import Article, Picture
from igny8_lib.publishing.wordpress.blocks import as_blocks, html_block
from igny8_lib.publishing.wordpress.fragments import parse, pieces_of, without_line_ends, write_all
from igny8_lib.text.figures import figure, place


@dataclass(frozen=True)
class Uploaded:
    """A picture of the article in WordPress' media library; sizes are pixels."""

    media_id: int
    url: str
    width: int | None
    height: int | None


def content_of(article: Article, uploaded: Mapping[int, Uploaded], markup: Markup, mark: str) -> str:
    """The post's `content`; `uploaded` has the pictures by their positions, those that it lacks are left out."""
    shown = [(picture, uploaded[picture.position]) for picture in article.pictures if picture.position in uploaded]
    figures = [figure_of(picture, media) for picture, media in shown if picture.position]
    tree = without_line_ends(parse(place(article.html, figures)))
    if markup is Markup.BLOCKS:
        return "\n\n".join([*as_blocks(tree), html_block(mark_of(mark))])
    return "\n\n".join([*(write_all(piece) for piece in pieces_of(tree)), mark_of(mark)])


def figure_of(picture: Picture, media: Uploaded) -> str:
    """A picture within the text: WordPress makes it fit by the number in its class."""
    classes = {"figure": "wp-block-image", "img": f"wp-image-{media.media_id}"}
    return figure(media.url, picture.alt_text, media.width, media.height, **classes)


def mark_of(mark: str) -> str:
    """A comment in the post: WordPress keeps it for every author, and no visitor sees it."""
    return f"<!-- igny8:{mark} -->"


def has_mark(raw: str, mark: str) -> bool:
    """Whether a post's stored text bears the mark."""
    return mark_of(mark) in raw
