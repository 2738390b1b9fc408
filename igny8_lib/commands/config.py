"""`igny8 config`: how a site's runs are configured."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.errors import Igny8Error, InvalidInput
from igny8_lib.models import AutomationConfig, Site
from igny8_lib.settings import load
from igny8_lib.sites.configuration import Configuration, configuration_of, configure
from igny8_lib.sites.naming import dag_id
from igny8_lib.sites.schedule import next_run_at, schedule_of
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="Schedule, limits, batch sizes and stage switches of a site.", no_args_is_help=True)

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]


@app.command("show")
def show_config(site: SiteArgument, as_json: JsonOption = False) -> None:
    """Show all settings, and when the next run starts by itself."""
    with open_sessions()() as session:
        document = describe_config(session, site_by_slug(session, site))
    show(document, as_json=as_json, text=lambda: view(document))


@app.command("set")
def set_config(
    site: SiteArgument,
    settings: Annotated[list[str], typer.Argument(help="NAME=VALUE …, such as max_tasks_per_run=20.")],
    as_json: JsonOption = False,
) -> None:
    """Change settings; they hold from the site's next run on, a new schedule as soon as Airflow has read it.

    Example: igny8 config set blog is_enabled=true frequency=weekly weekday=monday scheduled_time=06:30
    """
    changes = dict(parse(setting) for setting in settings)
    with open_sessions().begin() as session:
        found = site_by_slug(session, site)
        configure(session, found.id, changes)
        document = describe_config(session, found)
    document["airflow"] = tell_airflow(AirflowApi.of(load()), site)
    show(document, as_json=as_json, text=lambda: view(document))


def parse(setting: str) -> tuple[str, str]:
    """NAME=VALUE. Raises InvalidInput."""
    name, equals, value = setting.partition("=")
    if not equals:
        raise InvalidInput(f"{setting[:100]!r} is not NAME=VALUE, such as max_tasks_per_run=20.")
    return name.strip(), value.strip()


def tell_airflow(airflow: AirflowApi, site: str) -> str:
    """Have the site's DAG read anew, so that a changed schedule holds within seconds; what came of it."""
    try:
        airflow.reparse(airflow.dag(dag_id(site))["file_token"])
    except Igny8Error as error:
        return f"Airflow will see it when it next reads its DAG files ({error})"
    return "Airflow reads the site's DAG now."


def describe_config(session: Session, site: Site) -> dict[str, Any]:
    """All settings and the next start."""
    config = session.get_one(AutomationConfig, site.id, populate_existing=True)
    schedule = schedule_of(config, site)
    upcoming = next_run_at(schedule, clock.now())
    return {
        "site": site.slug,
        "schedule": schedule.describe() if schedule else "off",
        "next_run_at": upcoming.isoformat() if upcoming else None,
        "settings": configuration_of(config).as_json(),
    }


def view(document: dict[str, Any]) -> object:
    """A row per setting."""
    meanings = {name: field.description or "" for name, field in Configuration.model_fields.items()}
    rows = [[name, value, meanings[name]] for name, value in document["settings"].items()]
    upcoming = f"next run {document['next_run_at']}" if document["next_run_at"] else "starts by hand only"
    told = f". {document['airflow']}" if "airflow" in document else ""
    title = f"{document['site']}: {document['schedule']}, {upcoming}{told}"
    return table(["=setting", ">value", "meaning"], rows, title=title)
