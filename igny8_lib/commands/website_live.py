"""`igny8 website deploy|versions|rollback|settings`: what visitors see, and where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table

from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.config import parse
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.commands.website import BlueprintArgument, SiteArgument
from igny8_lib.commands.website_builds import HereOption, build, find
from igny8_lib.site_builder.deploying import settings as website_settings
from igny8_lib.site_builder.deploying.settings import WebsiteSettings
from igny8_lib.site_builder.deploying.versions import VersionRow, versions_of
from igny8_lib.sites.sites import site_by_slug

NONE_YET = "Nothing was deployed yet: igny8 website deploy {site} BLUEPRINT"
SHOWN = 20
"""Faults, and paths of a kind, that people are shown; --json has all."""
MOST_LISTED = 100


def register(app: typer.Typer) -> None:
    """Add the commands to `igny8 website`."""
    app.command("deploy")(deploy)
    app.command("versions")(versions)
    app.command("rollback")(rollback)
    app.command("settings")(settings)


def deploy(
    site: SiteArgument,
    blueprint: BlueprintArgument,
    by: ByOption,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check it and say what would change; deploy nothing.")
    ] = False,
    here: HereOption = False,
    as_json: JsonOption = False,
) -> None:
    """Check a website and show it to visitors as its next version; one with faults is not deployed.

    With --dry-run the exit code is 1 where it has faults. Example: igny8 website deploy blog 3 --dry-run
    """
    if dry_run:
        look(site, blueprint, as_json=as_json)
    else:
        build(site, blueprint, {"deploy": True}, by=by, dry_run=False, here=here, as_json=as_json)


def look(site: str, blueprint: int, *, as_json: bool) -> None:
    """Check a website, and say what visitors would see otherwise."""
    from igny8_lib.commands.website_here import media, places  # noqa: PLC0415 - what renders is slow to import
    from igny8_lib.site_builder.deploying.checking import check  # noqa: PLC0415 - as above

    with open_sessions()() as session:
        found = find(session, site, blueprint)
    report = check(open_sessions(), places(), media(), found.site_id, found.id).as_json()
    show(report, as_json=as_json, text=lambda: report_view(report))
    if report["faults"]:
        raise typer.Exit(1)


def report_view(report: Mapping[str, Any]) -> Group:
    """What a check found, as people read it."""
    faults = [f"{fault['path']}: {fault['reason']}" for fault in report["faults"]]
    more = [f"And {len(faults) - SHOWN:,} more: --json has them all."] if len(faults) > SHOWN else []
    verdict = f"{len(faults):,} faults: it cannot be deployed." if faults else "It can be deployed."
    size = f"{report['files']:,} files, {report['bytes']:,} bytes."
    return Group(f"{verdict} {size}", *faults[:SHOWN], *more, *changes_view(report["changes"]))


def changes_view(changes: Mapping[str, Sequence[str]]) -> list[str]:
    """What would be, or is, different for visitors, a line for each kind."""
    told = []
    for kind in ("added", "changed", "removed"):
        paths = list(changes[kind])
        more = f" and {len(paths) - SHOWN:,} more" if len(paths) > SHOWN else ""
        told += [f"{kind} ({len(paths):,}): {', '.join(paths[:SHOWN])}{more}"] if paths else []
    return told or ["Visitors see no difference."]


def versions(
    site: SiteArgument,
    limit: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="How many, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List the versions that a site has had, the newest first, and which one visitors see.

    Example: igny8 website versions blog
    """
    with open_sessions()() as session:
        rows = versions_of(session, site_by_slug(session, site).id, page_size=limit).rows
    nothing = NONE_YET.format(site=site)
    show([row.as_json() for row in rows], as_json=as_json, text=lambda: versions_view(rows) if rows else nothing)


def versions_view(rows: Sequence[VersionRow]) -> Table:
    """A row per version."""
    heads = (">version", "state", "?>of blueprint", "~name", "made", "?~by", "?~address")
    lines = [
        [
            row.number,
            "live" if row.is_live else row.status.value,
            row.blueprint_id,
            row.blueprint,
            f"{row.made_at:%Y-%m-%d %H:%M}",
            row.made_by,
            row.base_url,
        ]
        for row in rows
    ]
    return table(heads, lines)


def rollback(
    site: SiteArgument,
    version: Annotated[
        int, typer.Argument(metavar="VERSION", min=1, max=2**31 - 1, help="Its number, as `versions` shows it.")
    ],
    by: ByOption,
    with_articles: Annotated[
        bool, typer.Option("--with-articles", help="Bring in the articles that were published since.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show visitors an earlier version again, file by file as it was.

    Example: igny8 website rollback blog 4
    """
    from igny8_lib.commands.website_here import media, places  # noqa: PLC0415 - what renders is slow to import
    from igny8_lib.site_builder.deploying.rolling_back import rollback as roll_back  # noqa: PLC0415 - as above

    with open_sessions()() as session:
        site_id = site_by_slug(session, site).id
    done = roll_back(open_sessions(), places(), media(), site_id, version, by=by, with_articles=with_articles).as_json()
    show(done, as_json=as_json, text=lambda: rolled_back_view(done))


def rolled_back_view(done: Mapping[str, Any]) -> Group:
    """What a rollback did, as people read it."""
    missing = list(done["report"].get("missing_articles", ()))
    told = [f"{len(missing):,} articles were published since, and it does not show them."] if missing else []
    return Group(f"Version {done['version']} is live again.", *changes_view(done["changes"]), *told)


def settings(
    site: SiteArgument,
    by: ByOption,
    settings: Annotated[
        list[str] | None, typer.Argument(help="NAME=VALUE … to change some, such as versions_kept=10.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show where a website goes and how much is kept, or change that; what is live stays until the next deployment.

    Example: igny8 website settings blog versions_kept=10
    """
    given = dict(parse(each) for each in settings or ())
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        if given:
            website_settings.change(session, found.id, given, revision=None, by=by)
        chosen, revision = website_settings.read(session, found.id)
    told = {"site": found.slug, "revision": revision, "settings": chosen.as_json()}
    show(told, as_json=as_json, text=lambda: settings_view(chosen))


def settings_view(chosen: WebsiteSettings) -> Table:
    """A row per setting."""
    fields = WebsiteSettings.model_fields
    rows = [[name, value, fields[name].description] for name, value in chosen.as_json().items()]
    return table(["=setting", "value", "?meaning"], rows)
