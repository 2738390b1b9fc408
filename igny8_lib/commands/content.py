"""`igny8 content`: the articles of a site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from markdownify import markdownify
from rich.console import Group
from rich.markdown import Markdown
from rich.text import Text
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session
from upath import UPath

from igny8_lib.commands import refusals
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, console, show, table
from igny8_lib.errors import NotFound
from igny8_lib.models import Content, ContentStatus, Image
from igny8_lib.review import export as article_export
from igny8_lib.settings import load
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="The articles of a site.", no_args_is_help=True)

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
Status = Annotated[ContentStatus | None, typer.Option(help="Only articles that stand here.")]


@app.command("list")
def list_content(
    site: SiteArgument,
    status: Status = None,
    refused: refusals.RefusedOption = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List articles, newest first, with how many of their images are there.

    Example: igny8 content list blog --status review
    """
    with open_sessions()() as session:
        query = select_articles(session, site, status)
        query = query.where(Content.refused_reason.is_not(None)) if refused else query
        rows = [row_of(row) for row in session.execute(count_pictures(query.limit(limit)))]
    columns = ["id", "status", "title", "word_count", "images", "primary_keyword"]
    heads = [">id", "status", "~title", ">words", ">images", "?~primary keyword"]
    if any(row["refused_reason"] for row in rows):
        columns, heads = [*columns, "refused_reason"], [*heads, "images refused"]
    show(rows, as_json=as_json, text=lambda: table(heads, [[row[name] for name in columns] for row in rows]))


@app.command("show")
def show_content(
    site: SiteArgument,
    content_id: Annotated[int, typer.Argument(min=1, max=HIGHEST_ID, help="The article's id, as `list` shows it.")],
    as_json: JsonOption = False,
) -> None:
    """Show one article with its meta data and images.

    Example: igny8 content show blog 12
    """
    with open_sessions()() as session:
        row = find_article(session, site, content_id)
        document = row_of(row) | article_export.document(session, row.Content)
    show(document, as_json=as_json, text=lambda: readable(document))


def readable(document: dict[str, Any]) -> Group:
    """The article as people read it in a terminal, with its facts above and its pictures below."""
    facts = (
        f"{document['status']} · {document['word_count']} words · {document['images']} images · "
        f"keyword: {document['primary_keyword']}\n{document['meta_description']}"
    )
    pictures = [
        Text(f"{picture['kind']} {picture['id']}: {picture['file'] or picture['error'] or picture['status']}", "dim")
        for picture in document["pictures"]
    ]
    body = markdownify(document["html"], heading_style="ATX", bullets="-")
    return Group(Text(document["title"], "bold"), Text(facts, "dim"), Markdown(body), *pictures)


refusals.add_retry(app, 5, "Let runs plan the images again of articles for which the AI provider refused to.")


@app.command("export")
def export(
    site: SiteArgument,
    to: Annotated[Path, typer.Option("--to", help="The folder to write; made where it is missing.")],
    status: Status = None,
    as_json: JsonOption = False,
) -> None:
    """Write articles as folders: index.html, article.json and the images.

    Example: igny8 content export blog --to articles --status approved
    """
    media = UPath(load().media_root)
    with open_sessions()() as session:
        written = [
            str(article_export.write(session, content, media, to))
            for content in session.scalars(select_articles(session, site, status))
        ]
    show({"written": written}, as_json=as_json, text=lambda: f"{len(written)} articles written to {to}")
    if not written and not as_json:
        console.print("Nothing to export: no article stands there.")


def select_articles(session: Session, slug: str, status: ContentStatus | None) -> Select[Content]:
    """The site's articles, newest first."""
    query = select(Content).where(Content.site_id == site_by_slug(session, slug).id)
    query = query.where(Content.status == status) if status else query
    return query.order_by(Content.id.desc())


def count_pictures(articles: Select[Content]) -> Select[Content, int, int]:
    """The articles, each with how many pictures it has and how many of them have a file."""
    mine = (Image.site_id == Content.site_id, Image.content_id == Content.id)
    wanted = select(func.count()).where(*mine).scalar_subquery()
    made = select(func.count()).where(*mine, Image.file.is_not(None)).scalar_subquery()
    return articles.add_columns(wanted.label("wanted"), made.label("made"))


def find_article(session: Session, slug: str, content_id: int) -> Row[Content, int, int]:
    """One article of the site with its pictures counted. Raises NotFound, also for another site's."""
    row = session.execute(
        count_pictures(select_articles(session, slug, None).where(Content.id == content_id))
    ).one_or_none()
    if row is None:
        raise NotFound(
            f"Site {slug} has no article {content_id}: `igny8 content list {slug}` shows those that there are."
        )
    return row


def row_of(row: Row[Content, int, int]) -> dict[str, Any]:
    """An article as a row of facts."""
    content = row.Content
    return {
        "id": content.id,
        "status": content.status.value,
        "title": content.title,
        "slug": content.slug,
        "word_count": content.word_count,
        "images": f"{row.made}/{row.wanted}",
        "primary_keyword": content.primary_keyword,
        "refused_reason": content.refused_reason,
    }
