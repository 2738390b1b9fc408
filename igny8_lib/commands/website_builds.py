"""`igny8 website structure|write|builds|cancel`: what takes its time on a website."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.commands.website import BlueprintArgument, SiteArgument
from igny8_lib.errors import Igny8Error, InvalidInput
from igny8_lib.models import BuildStatus, Site, SiteBlueprint
from igny8_lib.settings import load
from igny8_lib.site_builder.blueprints.finding import find_blueprint
from igny8_lib.site_builder.building import cancelling
from igny8_lib.site_builder.building.estimating import Estimate, estimate
from igny8_lib.site_builder.building.finding import find_build
from igny8_lib.site_builder.building.listing import View, list_builds, show_build
from igny8_lib.site_builder.building.opening import open_build
from igny8_lib.site_builder.building.progress import Progress, progress_of
from igny8_lib.site_builder.building.starting import start
from igny8_lib.sites.sites import site_by_slug

BuildArgument = Annotated[
    int, typer.Argument(metavar="BUILD", min=1, max=HIGHEST_ID, help="The build's number, as `builds` shows it.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what it would come to; nothing is changed.")]
HereOption = Annotated[bool, typer.Option("--here", help="Work in this process until it is done, without Airflow.")]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Make anew what people wrote, too.")]
DeployOption = Annotated[bool, typer.Option("--deploy", help="Check and deploy the site at the end.")]
FOLLOW = "How far it is: igny8 website builds {site} --build {build}"
LATER = "Airflow does not answer now: its reconciler begins it within a minute or two."
NONE_YET = "Nothing was built yet: igny8 website blueprints {site}"
MOST_LISTED = 100
NAMED = 10
"""Things that an estimate names of a kind."""
Wishes = dict[str, Any]


def register(app: typer.Typer) -> None:
    """Add the commands to `igny8 website`."""
    app.command("structure")(structure)
    app.command("write")(write)
    app.command("builds")(builds)
    app.command("cancel")(cancel)


def structure(
    site: SiteArgument,
    blueprint: BlueprintArgument,
    by: ByOption,
    pages: Annotated[bool, typer.Option("--pages", help="Write all pages, too (20 credits each).")] = False,
    deploy: DeployOption = False,
    replace: ReplaceOption = False,
    dry_run: DryRunOption = False,
    here: HereOption = False,
    as_json: JsonOption = False,
) -> None:
    """Have the AI plan a website's pages (50 credits). Pages that people made or changed stay.

    Example: igny8 website structure blog 3 --pages --deploy
    """
    wishes = {"structure": True, "every_page": pages, "replace": replace, "deploy": deploy}
    build(site, blueprint, wishes, by=by, dry_run=dry_run, here=here, as_json=as_json)


def write(
    site: SiteArgument,
    blueprint: BlueprintArgument,
    by: ByOption,
    pages: Annotated[
        list[int] | None, typer.Argument(metavar="[PAGE…]", min=1, max=HIGHEST_ID, help="The pages' numbers.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All pages that have no text yet.")] = False,
    remark: Annotated[str, typer.Option(help="What the AI shall heed this time.")] = "",
    deploy: DeployOption = False,
    replace: ReplaceOption = False,
    dry_run: DryRunOption = False,
    here: HereOption = False,
    as_json: JsonOption = False,
) -> None:
    """Have the AI write pages (20 credits each). Blocks that people wrote stay.

    Examples: igny8 website write blog 3 --all, igny8 website write blog 3 12 --remark "Shorter, please."
    """
    if bool(pages) is everything:
        raise InvalidInput("Say which pages: their numbers, or --all for those that have no text yet.")
    wishes = {"pages": tuple(pages or ()), "every_page": everything, "replace": replace, "deploy": deploy}
    build(site, blueprint, wishes, by=by, dry_run=dry_run, here=here, as_json=as_json, remark=remark)


def build(
    site: str,
    blueprint: int,
    wishes: Wishes,
    *,
    by: str,
    dry_run: bool,
    here: bool,
    as_json: bool,
    remark: str = "",
) -> None:
    """Open a build and have it worked, by Airflow or here; a dry run says what it would come to."""
    if dry_run:
        with open_sessions()() as session:
            found = find(session, site, blueprint)
            expected = estimate(session, found, **wishes)
        show(expected.as_json(), as_json=as_json, text=lambda: estimate_view(expected))
        return
    with open_sessions().begin() as session:
        progress = progress_of(
            session, open_build(session, find(session, site, blueprint), by=by, remark=remark, **wishes)
        )
    if here:
        from igny8_lib.commands.website_here import work  # noqa: PLC0415 - what asks the AI and renders is slow to import

        progress = work(progress.id)
        told = progress.sentence
    else:
        begun = hand_over(progress.id)
        told = f"{begun} {FOLLOW.format(site=site, build=progress.id)}"
    show(progress.as_json(), as_json=as_json, text=lambda: f"Build {progress.id}: {told}")
    if here and progress.status is BuildStatus.FAILED:
        raise typer.Exit(1)


def find(session: Session, site: str, blueprint: int) -> SiteBlueprint:
    """A blueprint of the site. Raises NotFound."""
    return find_blueprint(session, site_by_slug(session, site).id, blueprint)


def hand_over(build_id: int) -> str:
    """Have Airflow begin the build; what came of it. It is open in any case, and begun later where Airflow is away."""
    try:
        return f"Airflow begins it as {start(AirflowApi.of(load(), attempts=1), open_sessions(), build_id)}."
    except Igny8Error:
        return LATER


def estimate_view(expected: Estimate) -> str:
    """What a build would come to, in words."""
    cost = f"{'At least ' if expected.at_least else ''}{expected.credits} credits"
    lines = [f"{cost}, {expected.pages} pages written."]
    for head, names in (("Stays", expected.would_replace.kept), ("Is replaced", expected.would_replace.replaced)):
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        lines += [f"{head}: {', '.join(names[:NAMED])}{more}."] if names else []
    return "\n".join(lines)


def builds(
    site: SiteArgument,
    blueprint: Annotated[int | None, typer.Option(min=1, max=HIGHEST_ID, help="Only those of this blueprint.")] = None,
    one: Annotated[
        int | None, typer.Option("--build", min=1, max=HIGHEST_ID, help="Show this one, step by step.")
    ] = None,
    status: Annotated[BuildStatus | None, typer.Option(help="Only builds that stand here.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="How many, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List what was built for a site, the newest first; with --build, one of them step by step.

    Example: igny8 website builds blog --build 12
    """
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        if one is not None:
            progress = show_build(session, found.id, one)
            show(progress.as_json(), as_json=as_json, text=lambda: steps_view(progress))
            return
        rows = list_builds(session, found.id, View(blueprint, status), page_size=limit).rows
    nothing = NONE_YET.format(site=site)
    show([row.as_json() for row in rows], as_json=as_json, text=lambda: list_view(rows) if rows else nothing)


def list_view(rows: Sequence[Progress]) -> Table:
    """A row per build."""
    heads = (">build", ">of blueprint", "status", ">done", ">of", "?>credits", "~how it stands")
    lines = [
        [row.id, row.blueprint_id, row.status.value, row.done, row.total, row.credits, row.sentence] for row in rows
    ]
    return table(heads, lines)


def steps_view(progress: Progress) -> Group:
    """A build as people read it."""
    heads = ("~step", "status", "~outcome", "?>credits")
    lines = [[step.title, step.status.value, step.outcome, step.credits] for step in progress.steps]
    faults = [
        f"{fault['path']}: {fault['reason']}" for step in progress.steps for fault in step.report.get("faults", ())
    ]
    return Group(f"Build {progress.id}: {progress.sentence}", table(heads, lines), *faults)


def cancel(site: SiteArgument, number: BuildArgument, by: ByOption, as_json: JsonOption = False) -> None:
    """End a build: the page under way is ended and charged, no further step is begun, and what was done stays.

    Example: igny8 website cancel blog 12
    """

    def do(session: Session, found: Site) -> Progress:
        ended = cancelling.cancel(session, find_build(session, found.id, number), by=by)
        session.flush()
        return progress_of(session, ended)

    act(site, do, as_json=as_json)


def act(site: str, action: Callable[[Session, Site], Progress], *, as_json: bool) -> None:
    """Do it, and say how the build stands."""
    with open_sessions().begin() as session:
        progress = action(session, site_by_slug(session, site))
    show(progress.as_json(), as_json=as_json, text=lambda: f"Build {progress.id}: {progress.sentence}")
