"""Where an article comes from."""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.provenance import Origin, origins_of
from igny8_lib.models import AICall, AICallStatus, EntryType, LedgerEntry, Operation, Site
from tests.factories.articles import make_article
from tests.factories.credits import make_funded_account
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_site

FUNCTIONS = {Operation.CONTENT_GENERATION: "generate_content", Operation.IMAGE_GENERATION: "generate_images"}


def charge(
    session: Session, site: Site, content_id: int, key: str, *, operation: Operation, run_id: int | None
) -> None:
    """One charged request for the article, asked once."""
    money = {"account_id": site.account_id, "entry_type": EntryType.USAGE, "amount": Credits.of(-1)}
    item = {"related_type": "content", "related_id": content_id, "site_id": site.id, "operation": operation}
    session.add(LedgerEntry(**money, **item, idempotency_key=key))
    facts = {"site_id": site.id, "charge_key": key, "idempotency_key": f"{key}/ask/1", "status": AICallStatus.ANSWERED}
    made = {"operation": FUNCTIONS[operation], "model": f"model of {operation.value}", "prompt_version": "7"}
    session.add(AICall(**facts, **made, run_id=run_id))
    session.flush()


def test_an_articles_requests_are_told_by_model_prompt_and_run_and_no_other_articles(session: Session) -> None:
    site = make_site(session, make_funded_account(session))
    mine, other = make_article(session, site), make_article(session, site)
    run = make_ended_run(session, site, {})
    charge(session, site, mine.id, "a", operation=Operation.CONTENT_GENERATION, run_id=run.id)
    charge(session, site, mine.id, "b", operation=Operation.IMAGE_GENERATION, run_id=None)
    charge(session, site, mine.id, "c", operation=Operation.IMAGE_GENERATION, run_id=None)
    charge(session, site, other.id, "d", operation=Operation.IMAGE_GENERATION, run_id=run.id)
    text, pictures = Operation.CONTENT_GENERATION, Operation.IMAGE_GENERATION
    assert origins_of(session, site.account_id, mine.id) == [
        Origin(text, f"model of {text.value}", "7", run.run_id, run.run_number, 1),
        Origin(pictures, f"model of {pictures.value}", "7", None, None, 2),
    ]
