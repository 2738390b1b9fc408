"""Articles as files: a folder each, readable in a browser without anything else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol, Self

from jinja2 import Environment, PackageLoader, select_autoescape
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import Content, Image
from igny8_lib.text.figures import figure, place

PAGES = Environment(loader=PackageLoader("igny8_lib.review"), autoescape=select_autoescape(default=True))


class ReadablePath(Protocol):
    """The part of a media store's path that reading needs."""

    def __truediv__(self, name: str) -> Self:
        """A path below."""
        ...

    def read_bytes(self) -> bytes:
        """The whole file."""
        ...


def images_of(session: Session, content: Content) -> list[Image]:
    """The article's images, the featured one first."""
    query = select(Image).where(Image.site_id == content.site_id, Image.content_id == content.id)
    return list(session.scalars(query.order_by(Image.position)))


def document(session: Session, content: Content) -> dict[str, Any]:
    """The article as a JSON document, with its images."""
    fields = ("id", "title", "slug", "meta_title", "meta_description", "primary_keyword", "secondary_keywords")
    more = ("tags", "categories", "word_count", "html")
    pictures = [
        {
            "id": image.id,
            "kind": image.kind.value,
            "position": image.position,
            "alt_text": image.alt_text,
            "prompt": image.prompt,
            "status": image.status.value,
            "file": image.file,
            "width": image.width,
            "height": image.height,
            "error": image.error,
        }
        for image in images_of(session, content)
    ]  # fmt: skip - a picture's fields are one thing
    return {name: getattr(content, name) for name in (*fields, *more)} | {"pictures": pictures}


def write(session: Session, content: Content, media: ReadablePath, folder: Path) -> Path:
    """Write the article below `folder` and return its own folder; files that are there are replaced."""
    target = folder / content.slug
    target.mkdir(parents=True, exist_ok=True)
    facts = document(session, content)
    for picture in facts["pictures"]:
        if picture["file"]:
            source = media
            for part in picture["file"].split("/"):
                source = source / part
            picture["copy"] = picture["file"].rpartition("/")[2]
            (target / picture["copy"]).write_bytes(source.read_bytes())
    (target / "article.json").write_text(json.dumps(facts, ensure_ascii=False, indent=2), "utf-8")
    (target / "index.html").write_text(page_of(facts), "utf-8")
    return target


def page_of(facts: dict[str, Any]) -> str:
    """The article as a page, its pictures where visitors of the website see them."""
    copied = [picture for picture in facts["pictures"] if "copy" in picture]
    figures = {picture["position"]: figure(picture["copy"], picture["alt_text"]) for picture in copied}
    featured = figures.pop(0, "")
    html = place(facts["html"], list(figures.values()))
    return PAGES.get_template("article.html.jinja").render(article=facts, featured=featured, html=html)
