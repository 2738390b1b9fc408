"""`igny8 ideas`: what people decide about planned articles before they are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.text import Text
from sqlalchemy.orm import Session

from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.errors import InvalidInput
from igny8_lib.models import ContentType, IdeaStatus
from igny8_lib.planner import edit_ideas, ideas
from igny8_lib.planner.idea_listing import IdeaFilter, find_idea, list_ideas
from igny8_lib.planner.ideas import Chosen
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="Ideas: approve, skip, edit and order planned articles.", no_args_is_help=True)

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
IdeaArgument = Annotated[int, typer.Argument(min=1, max=HIGHEST_ID, help="The idea's id, as `list` shows it.")]
IdeaArguments = Annotated[
    list[int] | None, typer.Argument(metavar="[ID]...", min=1, max=HIGHEST_ID, help="Ids, as `list` shows them.")
]
AllOption = Annotated[bool, typer.Option("--all", help="All ideas that it can be done to.")]
ClusterOption = Annotated[str, typer.Option(metavar="NAME", help="The ideas of this cluster.")]


@app.command("list")
def list_(
    site: SiteArgument,
    status: Annotated[IdeaStatus | None, typer.Option(help="Only ideas that stand here.")] = None,
    cluster: ClusterOption = "",
    limit: Annotated[int, typer.Option(min=0, max=100_000, help="At most so many, the next ones first.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """List a site's ideas in the order in which runs take them.

    Example: igny8 ideas list blog --status new
    """
    with open_sessions()() as session:
        found = list_ideas(
            session, site_by_slug(session, site).id, IdeaFilter(status=status, cluster=cluster), limit=limit
        )
    heads = [
        "=id",
        "status",
        "~title",
        "?~main keyword",
        "?~cluster",
        "?>words",
        "?>priority",
        "~approved by",
        "?remark",
    ]
    show(found, as_json=as_json, text=lambda: table(heads, [row_of(idea) for idea in found]))


def row_of(idea: dict[str, Any]) -> list[object]:
    """An idea as a row of the table."""
    facts = [idea[name] for name in ("id", "status", "title")]
    more = [idea[name] for name in ("cluster", "estimated_word_count", "priority", "approved_by")]
    return [*facts, next(iter(idea["target_keywords"]), ""), *more, remark_on(idea)]


def remark_on(idea: dict[str, Any]) -> str:
    """Why it is skipped, or which page it is like."""
    page = idea["competition"]
    doubt = f"like the {page['kind']} {page['id']} {page['title']!r} ({page['score']})" if page else ""
    return idea["skipped_reason"] or doubt


@app.command("show")
def show_idea(site: SiteArgument, idea: IdeaArgument, as_json: JsonOption = False) -> None:
    """Show one idea with its outline and all that was decided about it.

    Example: igny8 ideas show blog 12
    """
    with open_sessions()() as session:
        found = find_idea(session, site_by_slug(session, site).id, idea)
    show(found, as_json=as_json, text=lambda: readable(found))


def readable(idea: dict[str, Any]) -> Group:
    """The idea as people read it."""
    hidden = {"title", "outline", "competition"}
    facts = [(name, ", ".join(value) if isinstance(value, list) else value) for name, value in idea.items()]
    rows = [(name, value) for name, value in facts if name not in hidden and value not in {None, ""}]
    outline = [Text(f"  {number}. {point}") for number, point in enumerate(idea["outline"], 1)]
    return Group(Text(idea["title"], "bold"), *outline, table(["=", ""], [*rows, ("remark", remark_on(idea))]))


@app.command("edit")
def edit(
    site: SiteArgument,
    idea: IdeaArgument,
    by: ByOption,
    title: Annotated[str | None, typer.Option(help="The article's title.")] = None,
    section: Annotated[list[str] | None, typer.Option(help="A section of the outline; once for each.")] = None,
    keyword: Annotated[list[str] | None, typer.Option(help="A target keyword, the main one first.")] = None,
    content_type: Annotated[ContentType | None, typer.Option("--type", help="The shape of the article.")] = None,
    words: Annotated[int | None, typer.Option(help="Words of the article.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Change an idea that no run has taken.

    Example: igny8 ideas edit blog 12 --title "Pruning roses in spring" --keyword "prune roses in spring"
    """
    changes = edit_ideas.IdeaChanges(title, section or None, keyword or None, content_type, words)
    with open_sessions().begin() as session:
        site_id = site_by_slug(session, site).id
        edit_ideas.edit(session, site_id, idea, changes, by)
        found = find_idea(session, site_id, idea)
    show(found, as_json=as_json, text=lambda: readable(found))


@app.command("approve")
def approve(
    site: SiteArgument,
    by: ByOption,
    idea: IdeaArguments = None,
    everything: AllOption = False,
    cluster: ClusterOption = "",
    as_json: JsonOption = False,
) -> None:
    """Approve ideas; ones that are named and skipped are restored.

    Example: igny8 ideas approve blog 3 7 9
    """
    chosen = Chosen(tuple(idea or ()), everything, cluster)
    decide(site, "approved", lambda session, site_id: ideas.approve(session, site_id, chosen, by), as_json=as_json)


@app.command("skip")
def skip(
    site: SiteArgument,
    by: ByOption,
    idea: IdeaArguments = None,
    everything: AllOption = False,
    cluster: ClusterOption = "",
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Let no run take these ideas.

    Example: igny8 ideas skip blog 4 --reason "we do not sell that"
    """
    chosen = Chosen(tuple(idea or ()), everything, cluster)
    decide(site, "skipped", lambda session, site_id: ideas.skip(session, site_id, chosen, by, reason), as_json=as_json)


@app.command("restore")
def restore(
    site: SiteArgument,
    by: ByOption,
    idea: IdeaArguments = None,
    everything: AllOption = False,
    cluster: ClusterOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let runs take skipped ideas again, also those that competed with a page.

    Example: igny8 ideas restore blog 4
    """
    chosen = Chosen(tuple(idea or ()), everything, cluster)
    decide(site, "restored", lambda session, site_id: ideas.restore(session, site_id, chosen, by), as_json=as_json)


@app.command("order")
def order(
    site: SiteArgument,
    by: ByOption,
    idea: IdeaArguments = None,
    last: Annotated[bool, typer.Option("--last", help="After all others instead of before them.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="In the default order again.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="With --reset: all ideas.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Have runs take these ideas before all others, in this order; their writing tasks, too.

    Example: igny8 ideas order blog 7 3 9
    """
    if (last and reset) or (everything and not reset):
        raise InvalidInput("Give --last or --reset, not both; --all goes with --reset alone.")
    if reset:
        chosen, what = Chosen(tuple(idea or ()), everything), "back in the default order"
        decide(site, what, lambda session, site_id: ideas.reset_order(session, site_id, chosen, by), as_json=as_json)
        return
    put = ideas.put_last if last else ideas.put_first
    what = f"put {'last' if last else 'first'}"
    decide(site, what, lambda session, site_id: put(session, site_id, idea or [], by), as_json=as_json)


def decide(site: str, what: str, action: Callable[[Session, int], Sequence[int]], *, as_json: bool) -> None:
    """Do it to a site's ideas in one transaction, and say to which: `action` gives their ids back."""
    with open_sessions().begin() as session:
        done = action(session, site_by_slug(session, site).id)
    number = "1 idea" if len(done) == 1 else f"{len(done)} ideas"
    show({"done": what, "ideas": list(done)}, as_json=as_json, text=lambda: f"{number} {what}.")
