"""`igny8 notifications`: whom an account tells when its runs end."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.models import NotificationSettings
from igny8_lib.notifications.recipients import change_settings, settings_of
from igny8_lib.sites.accounts import account_by_slug

app = typer.Typer(help="Whom an account tells when its runs end.", no_args_is_help=True)

AccountArgument = Annotated[str, typer.Argument(help="The account's slug.")]


@app.command("show")
def show_settings(account: AccountArgument, as_json: JsonOption = False) -> None:
    """Who is told, through which Airflow connections, and of which ends."""
    with open_sessions()() as session:
        settings = settings_of(session, account_by_slug(session, account).id)
        print_settings(account, settings, as_json=as_json)


@app.command("set")
def set_settings(
    account: AccountArgument,
    email: Annotated[list[str] | None, typer.Option(help="Address to tell; repeat it for several.")] = None,
    no_email: Annotated[bool, typer.Option("--no-email", help="Tell nobody by e-mail.")] = False,
    smtp_conn: Annotated[str | None, typer.Option(help="Airflow connection of the mail server.")] = None,
    slack_conn: Annotated[
        str | None, typer.Option(help="Airflow connection of the Slack webhook; '' for none.")
    ] = None,
    on_completion: Annotated[bool | None, typer.Option(help="Tell when a run completed.")] = None,
    on_failure: Annotated[bool | None, typer.Option(help="Tell when a run failed.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Change what is given and leave the rest. The addresses given replace the ones before.

    Example: igny8 notifications set agency --email ops@agency.example --slack-conn slack_agency
    """
    with open_sessions().begin() as session:
        settings = change_settings(
            session,
            account_by_slug(session, account).id,
            emails=[] if no_email else email or None,
            smtp_conn_id=smtp_conn,
            slack_webhook_conn_id=slack_conn,
            on_completion=on_completion,
            on_failure=on_failure,
        )
        print_settings(account, settings, as_json=as_json)


def print_settings(account: str, settings: NotificationSettings, *, as_json: bool) -> None:
    """The settings as a document or a table."""
    document: dict[str, Any] = {
        "account": account,
        "emails": settings.emails,
        "smtp_conn_id": settings.smtp_conn_id,
        "slack_webhook_conn_id": settings.slack_webhook_conn_id,
        "on_completion": settings.on_completion,
        "on_failure": settings.on_failure,
    }
    rows = [
        ("E-mail to", ", ".join(settings.emails) or "nobody"),
        ("Mail connection", settings.smtp_conn_id),
        ("Slack connection", settings.slack_webhook_conn_id or "none"),
        ("On completion", "yes" if settings.on_completion else "no"),
        ("On failure", "yes" if settings.on_failure else "no"),
    ]
    show(document, as_json=as_json, text=lambda: table(("", ""), rows, title=f"Notifications of {account}"))
