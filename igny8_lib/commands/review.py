"""`igny8 content …`: what people do with articles: change, compare, decide, have written anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text
from sqlalchemy.orm import Session

from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.errors import Conflict
from igny8_lib.models import Content, RejectReason, Site
from igny8_lib.publishing import approval
from igny8_lib.publishing.approval import Approved
from igny8_lib.publishing.calendar import local
from igny8_lib.review import decisions, events, versions
from igny8_lib.review.decisions import Rejection
from igny8_lib.review.diff import ArticleDiff, Kind, diff
from igny8_lib.review.edit import ArticleChanges
from igny8_lib.review.edit import edit as edit_article
from igny8_lib.sites.sites import site_by_slug

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
ArticleArgument = Annotated[
    int, typer.Argument(metavar="ID", min=1, max=HIGHEST_ID, help="The article's id, as `list` shows it.")
]
ArticleArguments = Annotated[
    list[int], typer.Argument(metavar="ID...", min=1, max=HIGHEST_ID, help="Ids, as `list` shows them.")
]
NumberArgument = Annotated[int, typer.Argument(min=1, max=HIGHEST_ID, help="A version's number.")]
SeenOption = Annotated[
    int | None,
    typer.Option("--version", min=1, max=HIGHEST_ID, help="The version that you saw; the newest one where left out."),
]
MOST_TOLD = 20
"""Refused articles that a refusal names."""


def edit(
    site: SiteArgument,
    article: ArticleArgument,
    by: ByOption,
    seen: SeenOption = None,
    title: Annotated[str | None, typer.Option(help="The article's title.")] = None,
    slug: Annotated[str | None, typer.Option(help="Its address below the site; made of any text.")] = None,
    html: Annotated[Path | None, typer.Option(help="A UTF-8 file with the HTML fragment below the title.")] = None,
    meta_title: Annotated[str | None, typer.Option(help="The title in search results.")] = None,
    meta_description: Annotated[str | None, typer.Option(help="The text in search results.")] = None,
    keyword: Annotated[str | None, typer.Option(help="The primary keyword.")] = None,
    secondary: Annotated[list[str] | None, typer.Option(help="A secondary keyword; once for each.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag; once for each.")] = None,
    category: Annotated[list[str] | None, typer.Option(help="A category; once for each.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Save changes of an article as its next version.

    Example: igny8 content edit blog 12 --title "Pruning roses in spring" --tag roses --tag spring
    """
    text = html.read_text("utf-8") if html else None
    lists = (secondary or None, tag or None, category or None)
    changes = ArticleChanges(title, slug, text, meta_title, meta_description, keyword, *lists)
    with open_sessions().begin() as session:
        content = find(session, site, article)
        edit_article(session, content.site_id, article, changes, version=seen or content.version, by=by)
        document = saved(content)
    show(document, as_json=as_json, text=lambda: told(document))


def list_versions(site: SiteArgument, article: ArticleArgument, as_json: JsonOption = False) -> None:
    """List the versions of an article, newest first.

    Example: igny8 content versions blog 12
    """
    with open_sessions()() as session:
        rows = versions.list_versions(session, site_by_slug(session, site).id, article)
    columns = ["number", "kind", "made_by", "made_at", "word_count", "title", "note"]
    heads = [">version", "what", "by", "at", ">words", "title", "note"]
    show(rows, as_json=as_json, text=lambda: table(heads, [[row[name] for name in columns] for row in rows]))


def compare(
    site: SiteArgument,
    article: ArticleArgument,
    before: NumberArgument,
    after: NumberArgument,
    as_json: JsonOption = False,
) -> None:
    """Show what differs between two versions of an article, block by block.

    Example: igny8 content diff blog 12 1 3
    """
    with open_sessions()() as session:
        site_id = site_by_slug(session, site).id
        old, new = (versions.find_version(session, site_id, article, number) for number in (before, after))
        found = diff(old, new)
    show(document_of(found), as_json=as_json, text=lambda: readable(found))


def document_of(found: ArticleDiff) -> dict[str, Any]:
    """A difference as a JSON document."""
    blocks = [{"kind": block.kind, "pieces": [vars(piece) for piece in block.pieces]} for block in found.blocks]
    return {"fields": [vars(change) for change in found.fields], "blocks": blocks, "markup_only": found.markup_only}


SIGNS = {Kind.SAME: (" ", "dim"), Kind.REMOVED: ("-", "red"), Kind.ADDED: ("+", "green")}


def readable(found: ArticleDiff) -> Text:
    """A difference as people read it: a sign before each line, also where there are no colours."""
    lines = [
        (kind, f"{change.name}: {value}")
        for change in found.fields
        for kind, value in ((Kind.REMOVED, change.before), (Kind.ADDED, change.after))
    ]
    lines += [(piece.kind, piece.text) for block in found.blocks for piece in block.pieces]
    shown = Text()
    for kind, text in lines:
        sign, style = SIGNS[kind]
        shown.append(f"{sign} {text}\n", style)
    return shown.append("The text is the same, its markup is not.") if found.markup_only else shown


def restore(
    site: SiteArgument,
    article: ArticleArgument,
    number: NumberArgument,
    by: ByOption,
    seen: SeenOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let an article say again what it said in an earlier version.

    Example: igny8 content restore blog 12 1
    """
    with open_sessions().begin() as session:
        content = find(session, site, article)
        versions.restore(session, content.site_id, article, number, version=seen or content.version, by=by)
        document = saved(content)
    show(document, as_json=as_json, text=lambda: told(document))


def list_events(site: SiteArgument, article: ArticleArgument, as_json: JsonOption = False) -> None:
    """List what was decided about an article, asked for it and done to its pictures, newest first.

    Example: igny8 content events blog 12
    """
    with open_sessions()() as session:
        rows = events.history(session, site_by_slug(session, site).id, article)
    heads = ["at", "by", "what", ">version", "picture", "reasons", "remark"]
    columns = ["made_at", "made_by", "kind", "version", "position"]
    cells = [[*(row[name] for name in columns), ", ".join(row["reasons"]), row["remark"]] for row in rows]
    show(rows, as_json=as_json, text=lambda: table(heads, cells))


def approve(site: SiteArgument, article: ArticleArguments, by: ByOption, as_json: JsonOption = False) -> None:
    """Approve articles that are in review; each gets the next free slot of the site's calendar.

    Example: igny8 content approve blog 3 7 9
    """
    decide(site, "approved", lambda session, site_id: approval.approve(session, site_id, article, by=by), as_json)


def reject(
    site: SiteArgument,
    article: ArticleArguments,
    by: ByOption,
    reason: Annotated[list[RejectReason], typer.Option(help="Why; once for each reason.")],
    remark: Annotated[str, typer.Option(help="In your words; `other` needs it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Reject articles that are in review, for these reasons.

    Example: igny8 content reject blog 4 --reason facts --reason tone --remark "Roses have no thorns."
    """
    why = dict.fromkeys(article, Rejection(reason, remark))
    decide(site, "rejected", lambda session, site_id: Approved(decisions.reject(session, site_id, why, by=by)), as_json)


def undo(site: SiteArgument, article: ArticleArguments, by: ByOption, as_json: JsonOption = False) -> None:
    """Put rejected articles, and approved ones that are not on their way yet, back into review.

    Example: igny8 content undo blog 4
    """
    decide(
        site,
        "back in review",
        lambda session, site_id: Approved(approval.undo(session, site_id, article, by=by)),
        as_json,
    )


def decide(site: str, what: str, action: Callable[[Session, int], Approved], as_json: bool) -> None:
    """Do it to the articles that it can be done to, and say why not to the others; a conflict where it is none."""
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        outcome = action(session, found.id)
        dates, decided = dates_of(outcome, found), outcome.decided
    why_not = "; ".join(f"{number}: {reason}" for number, reason in list(decided.refused.items())[:MOST_TOLD])
    more = f"; and {len(decided.refused) - MOST_TOLD} more" if len(decided.refused) > MOST_TOLD else ""
    if not decided.done:
        raise Conflict(f"No article is {what}. {why_not}{more}.")
    number = "1 article" if len(decided.done) == 1 else f"{len(decided.done)} articles"
    rest = f" Not so {why_not}{more}." if why_not else ""
    document = {"done": what, "articles": decided.done, "refused": decided.refused}
    if outcome.scheduled or outcome.without_slot:
        scheduled = {number: at.isoformat() for number, at in outcome.scheduled.items()}
        document |= {"scheduled": scheduled, "without_slot": outcome.without_slot}
    show(document, as_json=as_json, text=lambda: f"{number} {what}.{rest}{dates}")


def dates_of(approved: Approved, site: Site) -> str:
    """When approved articles go out, and why others have no date yet."""
    given = [f"{number} goes out at {local(at, site)}" for number, at in approved.scheduled.items()]
    told = [*given, *(f"{number} has no date yet: {reason}" for number, reason in approved.without_slot.items())]
    more = f"\n… and {len(told) - MOST_TOLD} more." if len(told) > MOST_TOLD else ""
    return "".join(f"\n{line.rstrip('.')}." for line in told[:MOST_TOLD]) + more


def find(session: Session, site: str, article: int) -> Content:
    """The article of the site of this slug."""
    return versions.find_article(session, site_by_slug(session, site).id, article)


def saved(content: Content) -> dict[str, Any]:
    """What is told of an article that was saved."""
    facts = ("id", "version", "title", "slug", "word_count")
    return {name: getattr(content, name) for name in facts} | {"status": content.status.value}


def told(document: dict[str, Any]) -> str:
    """The same as a sentence."""
    return f"Article {document['id']} {document['title']!r} is at version {document['version']}."


def register(content: typer.Typer) -> None:
    """Put the commands among those on articles."""
    content.command()(edit)
    content.command("versions")(list_versions)
    content.command("diff")(compare)
    content.command()(restore)
    content.command("events")(list_events)
    content.command()(approve)
    content.command()(reject)
    content.command()(undo)
