"""`igny8 linking preview|process|undo|reports|refresh`: links between a site's articles."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table

from igny8_lib.ai.endpoint import read_embedding_model
from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID, KEY_LENGTH, check_text
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.errors import InvalidInput
from igny8_lib.linker import reports
from igny8_lib.linker.mending import mend_all
from igny8_lib.linker.preview import Preview
from igny8_lib.linker.preview import preview as preview_links
from igny8_lib.linker.process import Linked
from igny8_lib.linker.process import process as put_links_in
from igny8_lib.linker.reports import LAST_PAGE, Page
from igny8_lib.linker.targets import read_anew, refresh_all
from igny8_lib.linker.undo import Undone, undo_all
from igny8_lib.settings import load
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="Links between a site's articles: put in, taken out, and reported.", no_args_is_help=True)

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
ArticleArgument = Annotated[int, typer.Argument(metavar="ID", min=1, max=HIGHEST_ID, help="The article's id.")]
SECONDS = 600.0
"""Of one refresh: a site of 50,000 articles takes some minutes."""
NO_ORPHANS = "Every public article is linked from another one."
NO_LINKS = "No article links to it."
NOT_BROKEN = "No link leads to an article that is gone or has moved."


def embedding_model() -> str:
    """The model whose stored vectors are compared; "" where the settings name none."""
    return read_embedding_model(load().ai_embedding_model)


@app.command("preview")
def preview(site: SiteArgument, article: ArticleArgument, as_json: JsonOption = False) -> None:
    """List the links that could be put into an article, with the sentence around each. Changes and costs nothing.

    Example: igny8 linking preview blog 12
    """
    with open_sessions()() as session:
        seen = preview_links(session, site_by_slug(session, site).id, article, embedding_model())
    facts = ("content_id", "version", "reason_for_none", "remark")
    document = {name: getattr(seen, name) for name in facts} | {"candidates": seen.rows()}
    show(document, as_json=as_json, text=lambda: preview_view(seen))


def preview_view(seen: Preview) -> Group | str:
    """A row per candidate, best first; how they were found below."""
    if not seen.candidates:
        return f"No link fits: {seen.reason_for_none}."
    names = ("target_id", "title", "anchor", "score", "put_in", "sentence")
    told = [row | {"put_in": "yes" if row["taken"] else row["why_not"]} for row in seen.rows()]
    rows = [[row[name] for name in names] for row in told]
    heads = [">target", "~title", "words", ">score", "put in", "?sentence"]
    found = table(heads, rows, title=f"Article {seen.content_id}, version {seen.version}")
    return Group(found, *([seen.remark] if seen.remark else []))


@app.command("process")
def process(
    site: SiteArgument,
    article: ArticleArgument,
    by: ByOption,
    only: Annotated[
        list[int] | None,
        typer.Option("--only", min=1, max=HIGHEST_ID, help="A target, as `preview` shows it; once for each."),
    ] = None,
    seen: Annotated[
        int | None, typer.Option("--version", min=1, max=HIGHEST_ID, help="The version that you saw in the preview.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Put links into an article: all that fit, or those to chosen targets. Costs credits where at least one was put in.

    Example: igny8 linking process blog 12 --only 7 --only 9
    """
    sessions = open_sessions()
    with sessions() as session:
        site_id = site_by_slug(session, site).id
    done = put_links_in(sessions, site_id, article, by=by, only=only or None, version=seen, model=embedding_model())
    show(linked_document(done), as_json=as_json, text=lambda: f"{done.sentence} {done.credits} credits.")


def linked_document(done: Linked) -> dict[str, Any]:
    """What was done, as JSON."""
    return vars(done) | {"credits": done.credits.as_number()}


@app.command("undo")
def undo(
    site: SiteArgument,
    by: ByOption,
    article: Annotated[
        int | None, typer.Option("--article", min=1, max=HIGHEST_ID, help="Take out all links of this article.")
    ] = None,
    batch: Annotated[
        int | None, typer.Option("--batch", min=1, max=HIGHEST_ID, help="Take out what this batch put in.")
    ] = None,
    placing: Annotated[
        str | None, typer.Option("--placing", help="Take out what was put in at once, as `process --json` names it.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Take links out again that were put in: of an article, a batch, or one placing. Pays nothing back.

    Links that people changed meanwhile stay as they are, and are told.

    Example: igny8 linking undo blog --batch 3
    """
    sessions = open_sessions()
    with sessions() as session:
        site_id = site_by_slug(session, site).id
    if placing is not None:
        check_text(placing, "--placing", most=KEY_LENGTH)
    done = undo_all(sessions, site_id, by=by, batch_id=batch, content_id=article, placing=placing)
    left = [vars(each) for each in done.left]
    document = {"removed": done.removed, "articles": done.articles, "left": left}
    show(document, as_json=as_json, text=lambda: undone_view(done))


def counted(number: int, what: str) -> str:
    """How many of them."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def undone_view(done: Undone) -> Group | str:
    """How many were taken out, then a row per link that was not."""
    told = f"{counted(done.removed, 'link')} taken out of {counted(done.articles, 'article')}."
    if not done.left:
        return told
    rows = [[each.content_id, each.title, each.anchor, each.why] for each in done.left]
    return Group(told, table([">article", "~title", "words", "not taken out"], rows))


@app.command("reports")
def report(
    site: SiteArgument,
    broken: Annotated[bool, typer.Option("--broken", help="Links to articles that are gone or have moved.")] = False,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="With --broken: also links to pages of the site that are no article.")
    ] = False,
    to: Annotated[int | None, typer.Option("--to", min=1, max=HIGHEST_ID, help="Who links to this article.")] = None,
    page: Annotated[int, typer.Option(min=1, max=LAST_PAGE, help="Which hundred of them.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Report how a site's articles link to each other: orphans, or with options who links to one, and broken links.

    Example: igny8 linking reports blog --to 12
    """
    if to is not None and (broken or unknown):
        raise InvalidInput("Ask for one report at once: --to, or --broken.")
    with open_sessions()() as session:
        site_id = site_by_slug(session, site).id
        if to is not None:
            found = reports.links_to(session, site_id, to, page)
        elif broken or unknown:
            found = reports.broken(session, site_id, page, with_unknown=unknown)
        else:
            found = reports.orphans(session, site_id, page)
    nothing = NO_LINKS if to is not None else NOT_BROKEN if broken or unknown else NO_ORPHANS
    document = {"total": found.total, "rows": list(found.rows)}
    show(document, as_json=as_json, text=lambda: report_view(found) if found.rows else nothing)


def report_view(found: Page) -> Table:
    """The rows of any report: what they have in common first."""
    heads = {"content_id": ">article", "title": "~title", "anchor": "words", "href": "?address", "placed": "?by"}
    heads |= {"why": "why", "now": "?address now"}
    known = [name for name in heads if name in found.rows[0]]
    rows = [[cell(name, row[name]) for name in known] for row in found.rows]
    return table([heads[name] for name in known], rows, title=f"{found.total:,} in all")


def cell(name: str, value: object) -> object:
    """A fact as people read it."""
    return ("linker" if value else "people") if name == "placed" else value


@app.command("refresh")
def refresh(
    site: SiteArgument,
    everything: Annotated[bool, typer.Option("--all", help="Read every article anew, not only what changed.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read what changed in a site's articles now, and mend links whose targets moved or are gone.

    The DAG publish_due does so by itself, within a minute.

    Example: igny8 linking refresh blog
    """
    sessions = open_sessions()
    with sessions.begin() as session:
        site_id = site_by_slug(session, site).id
        if everything:
            read_anew(session, site_id)
    changes = refresh_all(sessions, [site_id], seconds=SECONDS)
    mended = mend_all(sessions, [site_id], seconds=SECONDS)
    document = {"changes": changes, "removed": mended.removed, "moved": mended.moved}
    links = f"{counted(mended.removed, 'link')} taken out, {mended.moved:,} led elsewhere"
    told = f"{counted(changes, 'change')} read; {links}."
    show(document, as_json=as_json, text=lambda: told)
