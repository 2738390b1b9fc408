"""`igny8 wordpress`: a site's website, connected and checked."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Annotated, Any

import typer
from dotenv import dotenv_values
from pydantic import SecretStr
from rich.console import Group
from rich.text import Text

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.errors import InvalidInput, PermanentError
from igny8_lib.models import Site
from igny8_lib.settings import Settings, load
from igny8_lib.sites.naming import wordpress_connection
from igny8_lib.sites.sites import site_by_slug
from igny8_lib.stack.airflow_environment import python_environment
from igny8_lib.stack.initialisation import last_words
from igny8_lib.stack.layout import Layout
from igny8_lib.wordpress.connection import WordPressConnection
from igny8_lib.wordpress.errors import AddressRefused

app = typer.Typer(help="Websites on WordPress: connect them, and check what works there.", no_args_is_help=True)

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
AIRFLOW_DATABASE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
VERDICTS = {True: "yes", False: "no", None: "-"}


@app.command()
def connect(
    site: SiteArgument,
    url: Annotated[str, typer.Option(help="The website's address, such as https://www.example.com.")],
    user: Annotated[str, typer.Option(help="The WordPress user that posts are written as.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the application password from the input; else it is asked.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Keep a website's address, user and application password in Airflow, as the connection wordpress_<site>.

    The password is made in WordPress under Users → Profile → Application Passwords; Airflow encrypts it. Connecting
    again replaces what is there.

    Example: igny8 wordpress connect blog --url https://www.example.com --user ann
    """
    known = find_site(site)
    password = read_password() if password_stdin else ask_password()
    try:
        connection = WordPressConnection(url, user, SecretStr(password))
    except AddressRefused as refused:
        raise InvalidInput(str(refused)) from None
    name = wordpress_connection(known.slug)
    new = keep(AirflowApi.of(load(), attempts=1), name, connection)
    result = {"site": known.slug, "connection": name, "url": connection.url, "username": user, "new": new}
    done = "connected" if new else "connected anew"
    said = (
        f"Site {known.slug} is {done}: {connection.url} as {user}. Look what works: igny8 wordpress check {known.slug}"
    )
    show(result, as_json=as_json, text=lambda: said)


@app.command()
def check(site: SiteArgument, as_json: JsonOption = False) -> None:
    """Look at a connected website: address, REST API, sign-in, rights, SEO plug-in, zone, clock; writes nothing.

    Runs where Airflow's settings are, since the password is read from its connection. Exit code 1 where something has
    to be changed before articles can go live.
    """
    known = find_site(site)
    answer = ask_airflow(load(), known.slug, known.timezone)
    failed = [finding["name"] for finding in answer["findings"] if finding["ok"] is False]
    document = {"site": known.slug, "works": not failed} | answer
    show(document, as_json=as_json, text=lambda: report(answer, failed))
    if failed:
        raise typer.Exit(1)


def find_site(slug: str) -> Site:
    """The site. Raises NotFound."""
    with open_sessions()() as session:
        return site_by_slug(session, slug)


def read_password() -> str:
    """The first line of the input. Raises InvalidInput for none."""
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise InvalidInput("--password-stdin: the input is empty; give the application password as its first line.")
    return password


def ask_password() -> str:
    """What is typed, unseen. Raises InvalidInput where nobody is there to type."""
    if not sys.stdin.isatty():
        raise InvalidInput("There is nobody to ask for the application password: give it by --password-stdin.")
    return str(typer.prompt("Application password", hide_input=True))


def keep(airflow: AirflowApi, name: str, connection: WordPressConnection) -> bool:
    """Write the connection; whether it is new."""
    return airflow.set_connection(
        name,
        conn_type="http",
        host=connection.url,
        login=connection.username,
        password=connection.password.get_secret_value(),
        description="WordPress: posts of this site are written by it",
    )


def ask_airflow(settings: Settings, slug: str, zone: str) -> dict[str, Any]:
    """The findings of the check, which a process with Airflow's settings makes.

    Raises InvalidInput where this machine has none of them or the site is not connected, PermanentError where the
    process fails.
    """
    environment = airflow_environment(settings)
    if not {AIRFLOW_DATABASE, f"{AIRFLOW_DATABASE}_CMD", f"{AIRFLOW_DATABASE}_SECRET"} & set(environment):
        raise InvalidInput(
            "Airflow's settings are not known here, and its connections cannot be read without them: run this where "
            f"the stack runs, or in one of its containers ({AIRFLOW_DATABASE})."
        )
    done = subprocess.run(
        [sys.executable, "-m", "igny8_dags.wordpress_connection", slug, zone],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PermanentError(f"Airflow's connection could not be read: {last_words(done.stderr) or done.returncode}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if refused := answer.get("refused"):
        raise InvalidInput(str(refused))
    return answer


def airflow_environment(settings: Settings) -> dict[str, str]:
    """This process's environment with what the local stack says of itself; the environment's own wins."""
    outside = python_environment(Layout.of(settings.home))
    told = {name: value for name, value in dotenv_values(settings.stack_environment).items() if value is not None}
    return told | outside


def report(answer: dict[str, Any], failed: list[str]) -> Group:
    """What was found, then what to do."""
    rows = [(finding["name"], VERDICTS[finding["ok"]], finding["says"]) for finding in answer["findings"]]
    todo = [Text(f"{finding['name']}: {finding['todo']}") for finding in answer["findings"] if finding["todo"]]
    end = f"Articles cannot go live yet: {', '.join(failed)}." if failed else "Articles can go live."
    where = Text(f"{answer['url']} as {answer['username']}")
    return Group(where, table(["=looked at", "good", "found"], rows), *todo, Text(end, style="bold"))
