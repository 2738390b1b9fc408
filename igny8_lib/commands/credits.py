"""`igny8 credits`: balances, the ledger, grants, and the two jobs that keep them in order."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

import typer

from igny8_lib import clock
from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID, KEY_LENGTH, NOTE_LENGTH, check_text, parse_credits
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.credits import checking, ledger, replenishment, reservations
from igny8_lib.credits.entries import EntryFilter, history
from igny8_lib.models import EntryType, LedgerEntry
from igny8_lib.sites.accounts import account_by_slug

app = typer.Typer(help="Balances, grants and the ledger.", no_args_is_help=True)

AccountArgument = Annotated[str, typer.Argument(help="The account's slug.")]


@app.command("balance")
def show_balance(account: AccountArgument, as_json: JsonOption = False) -> None:
    """Show what an account has, what of it is reserved, and the sum of its ledger as proof."""
    with open_sessions()() as session:
        balance = ledger.balance_of(session, account_by_slug(session, account).id)
    document = {
        "account": account,
        "balance": balance.balance.as_number(),
        "reserved": balance.reserved.as_number(),
        "available": balance.available.as_number(),
        "ledger_sum": balance.ledger_sum.as_number(),
    }
    columns = [">balance", ">reserved", ">available", ">ledger_sum"]
    show(document, as_json=as_json, text=lambda: table(columns, [[document[c.lstrip(">")] for c in columns]]))


@app.command()
def grant(
    account: AccountArgument,
    amount: Annotated[str, typer.Argument(help="Credits, with at most two decimals.")],
    by: ByOption,
    key: Annotated[str, typer.Option(help="Repeating a grant with the same key gives nothing more.")] = "",
    note: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Give an account credits, once per key.

    Example: igny8 credits grant agency 250 --note "Goodwill for May" --key goodwill-2026-05
    """
    credits_given = parse_credits(amount, "AMOUNT")
    with open_sessions().begin() as session:
        entry = ledger.add_credits(
            session,
            account_by_slug(session, account).id,
            credits_given,
            entry_type=EntryType.GRANT,
            key=check_text(key, "--key", most=KEY_LENGTH) or f"grant:{uuid4()}",
            created_by=by,
            note=check_text(note, "--note", most=NOTE_LENGTH),
        )
        document = document_of(entry)
    sentence = f"{account} got {credits_given} credits and then had {entry.balance_after}."
    show(document, as_json=as_json, text=lambda: sentence)


@app.command("history")
def show_history(
    account: AccountArgument,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 50,
    before: Annotated[
        int | None, typer.Option(min=1, max=HIGHEST_ID, help="Go on before this entry: the last page's next_before.")
    ] = None,
    entry_type: Annotated[EntryType | None, typer.Option("--type", help="Only entries of this type.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the ledger's entries, newest first; a terminal shows the most telling columns, --json all of them.

    Example: igny8 credits history agency --type grant --limit 20
    """
    with open_sessions()() as session:
        account_id = account_by_slug(session, account).id
        page = history(session, account_id, before=before, limit=limit, chosen=EntryFilter(entry_type))
    entries = [document_of(entry) for entry in page.entries]
    columns = ["id", "created_at", "type", "amount", "balance_after", "operation", "created_by"]
    heads = [">id", "?when", "type", ">amount", ">balance", "?operation", "?~by"]
    show(
        {"entries": entries, "next_before": page.next_before},
        as_json=as_json,
        text=lambda: table(heads, [[entry[name] for name in columns] for entry in entries]),
    )


@app.command("replenish")
def replenish_all(as_json: JsonOption = False) -> None:
    """Give every active account its plan's credits of this month, where it has not got them; safe to repeat."""
    done = replenishment.replenish(open_sessions(), clock.now())
    sentence = (
        f"{done.month:%B %Y}: {done.credits} credits in {done.paid} payments, {done.suspended} suspended, "
        f"{done.nothing_due} without monthly credits."
    )
    show(done.as_json(), as_json=as_json, text=lambda: sentence)


@app.command("expire")
def expire_reservations(as_json: JsonOption = False) -> None:
    """Give back what dead processes have left reserved beyond its time."""
    with open_sessions().begin() as session:
        expired = reservations.expire(session, clock.now())
    show({"expired": expired}, as_json=as_json, text=lambda: f"{expired} reservations expired.")


@app.command("check")
def check_books(as_json: JsonOption = False) -> None:
    """Add up every ledger and journal in full and compare with all that is kept beside them; the nightly job does it.

    Fails, naming the accounts, where anything differs.
    """
    checked = checking.check_all(open_sessions())
    show({"checked": checked}, as_json=as_json, text=lambda: f"The books of {checked} accounts agree.")


def document_of(entry: LedgerEntry) -> dict[str, Any]:
    """A ledger entry as JSON."""
    return {
        "id": entry.id,
        "created_at": entry.created_at.isoformat(timespec="seconds"),
        "type": entry.entry_type.value,
        "amount": entry.amount.as_number(),
        "balance_after": entry.balance_after.as_number(),
        "key": entry.idempotency_key,
        "operation": entry.operation.value if entry.operation else None,
        "related_type": entry.related_type,
        "related_id": entry.related_id,
        "site_id": entry.site_id,
        "run_id": entry.run_id,
        "stage": entry.stage,
        "ai_call_id": entry.ai_call_id,
        "created_by": entry.created_by,
        "metadata": entry.metadata_,
    }
