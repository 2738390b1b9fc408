"""`igny8 sites`: websites of the accounts."""

from __future__ import annotations

from typing import Annotated

import typer

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.models import HostingType, Site, SiteStatus
from igny8_lib.pipeline.site_pools import make_pool_of_new_site
from igny8_lib.settings import load
from igny8_lib.sites.accounts import account_by_slug
from igny8_lib.sites.naming import dag_id, pool_name
from igny8_lib.sites.roster import find_site_problems
from igny8_lib.sites.sites import add_site, list_all_sites, list_sites, set_site_status

app = typer.Typer(help="Websites: add, switch and list.", no_args_is_help=True)


def document(site: Site) -> dict[str, object]:
    """The site as JSON."""
    return {
        "id": site.id,
        "slug": site.slug,
        "name": site.name,
        "domain": site.domain,
        "account": site.account.slug,
        "timezone": site.timezone,
        "language": site.language,
        "hosting_type": site.hosting_type,
        "status": site.status,
        "brand": site.brand,
        "dag_id": dag_id(site.slug),
        "pool": pool_name(site.slug),
        "created_at": site.created_at.isoformat(),
    }


@app.command()
def add(
    name: Annotated[str, typer.Option(help="What people call the site.")],
    domain: Annotated[
        str, typer.Option(help="Its public host name alone, such as www.example.com or münchen.example.")
    ],
    account: Annotated[str, typer.Option(help="Slug of the account that owns it.")],
    slug: Annotated[str, typer.Option(help="Names its DAG and pool; made of the name where missing.")] = "",
    timezone: Annotated[str, typer.Option(help="Time zone of its schedule, such as Australia/Perth.")] = "UTC",
    language: Annotated[str, typer.Option(help="Language its articles are written in, such as en or pt-BR.")] = "en",
    brand: Annotated[str, typer.Option(help="Voice, audience and facts about the brand; begins every prompt.")] = "",
    hosting: Annotated[HostingType, typer.Option(help="Where its articles go.")] = HostingType.WORDPRESS,
    as_json: JsonOption = False,
) -> None:
    """Add a website to an account; its DAG appears in Airflow by itself.

    Example: igny8 sites add --account agency --name "Harbour Lane" --domain www.harbour-lane.example
    """
    with open_sessions().begin() as session:
        site = add_site(
            session,
            account_by_slug(session, account).id,
            name=name,
            domain=domain,
            slug=slug,
            timezone=timezone,
            language=language,
            brand=brand,
            hosting_type=hosting,
        )
        result = document(site)
    note = make_pool_of_new_site(AirflowApi.of(load(), attempts=1), str(result["slug"]))
    result["note"] = note
    added = f"Site {result['slug']} added; its DAG is {result['dag_id']}. {note}".rstrip()
    show(result, as_json=as_json, text=lambda: added)


@app.command("set")
def set_status(
    site: Annotated[str, typer.Argument(help="The site's slug.")],
    status: Annotated[SiteStatus, typer.Option(help="An inactive site has no DAG and starts no runs.")],
    as_json: JsonOption = False,
) -> None:
    """Switch a website off, or on again; a run that is going on is finished.

    Example: igny8 sites set harbour-lane --status inactive
    """
    with open_sessions().begin() as session:
        result = document(set_site_status(session, site, status))
    show(result, as_json=as_json, text=lambda: f"Site {site} is {status}.")


@app.command("list")
def list_(
    account: Annotated[str, typer.Option(help="Only the sites of this account (its slug).")] = "",
    as_json: JsonOption = False,
) -> None:
    """List the websites."""
    with open_sessions()() as session:
        sites = list_sites(session, account_by_slug(session, account).id) if account else list_all_sites(session)
        problems = find_site_problems(session)
        documents = [document(site) | {"problem": problems.get(site.slug, "")} for site in sites]
    columns = ["slug", "name", "domain", "account", "timezone", "language", "status"]
    heads = ["=slug", "~name", "domain", "?~account", "?timezone", "?language", "status"]
    if problems:
        columns, heads = [*columns, "problem"], [*heads, "problem"]
    show(
        documents,
        as_json=as_json,
        text=lambda: table(heads, ([entry[column] for column in columns] for entry in documents)),
    )
