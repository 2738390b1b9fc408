from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.article_costs import article_costs
from igny8_lib.credits.ledger import Usage, add_credits, deduct_credits
from igny8_lib.credits.usage import AIFigures, Grouping, Period, UsageRow, usage_by
from igny8_lib.errors import NotFound
from igny8_lib.models import (
    Account,
    AICall,
    AICallStatus,
    Content,
    ContentStatus,
    EntryType,
    LedgerEntry,
    Operation,
    Site,
)
from tests.factories.credits import make_funded_account
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_site

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
FUNCTIONS = {
    Operation.CLUSTERING: "auto_cluster",
    Operation.CONTENT_GENERATION: "generate_content",
    Operation.IMAGE_GENERATION: "generate_images",
}


@pytest.fixture
def account(session: Session) -> Account:
    return make_funded_account(session, 1000)


def use(session: Session, site: Site, key: str, amount: str, usage: Usage, *, at: datetime = NOON) -> None:
    """One charged request: its ledger entry and its journal row, ten tokens in and 0.01 dollars each."""
    session.add(
        LedgerEntry(
            account_id=site.account_id,
            entry_type=EntryType.USAGE,
            amount=-Credits.of(amount),
            idempotency_key=key,
            operation=usage.operation,
            site_id=site.id,
            run_id=usage.run_id,
            stage=usage.stage,
            related_type=usage.related_type,
            related_id=usage.related_id,
            created_at=at,
        )
    )
    ask(session, site, f"{key}/ask/1", usage, at=at)


def ask(session: Session, site: Site, key: str, usage: Usage, *, at: datetime = NOON, tokens: int | None = 10) -> None:
    session.add(
        AICall(
            site_id=site.id,
            run_id=usage.run_id,
            stage=usage.stage,
            charge_key=key.partition("/ask/")[0],
            idempotency_key=key,
            operation=FUNCTIONS[usage.operation],
            model="m",
            prompt_version="v1",
            status=AICallStatus.ANSWERED,
            tokens_in=tokens,
            provider_cost=None if tokens is None else Decimal("0.01"),
            created_at=at,
        )
    )
    session.flush()


def summary(rows: list[UsageRow]) -> list[tuple[str, int, str, int]]:
    return [(row.label, row.entries, str(row.credits), row.ai.calls) for row in rows]


def make_article(session: Session, site: Site, title: str, status: ContentStatus = ContentStatus.REVIEW) -> int:
    content = Content(site_id=site.id, title=title, slug=title, html="", word_count=900, status=status)
    session.add(content)
    session.flush()
    return content.id


def test_usage_is_reported_by_operation_stage_site_day_and_run(session: Session, account: Account) -> None:
    one, two = make_site(session, account, slug="one"), make_site(session, account, slug="two")
    run = make_ended_run(session, one, {})
    cluster = Usage(Operation.CLUSTERING, run_id=run.id, stage=1)
    write = Usage(Operation.CONTENT_GENERATION, run_id=run.id, stage=4)
    use(session, one, "a", "4", cluster)
    use(session, one, "b", "2", write)
    use(session, two, "c", "3.5", Usage(Operation.CONTENT_GENERATION), at=datetime(2026, 5, 2, tzinfo=UTC))
    reports = {grouping: summary(usage_by(session, account.id, grouping)) for grouping in Grouping}
    assert reports[Grouping.OPERATION] == [("clustering", 1, "4", 1), ("content_generation", 2, "5.5", 2)]
    assert reports[Grouping.STAGE] == [("1", 1, "4", 1), ("4", 1, "2", 1), ("-", 1, "3.5", 1)]
    assert reports[Grouping.SITE] == [("one", 2, "6", 2), ("two", 1, "3.5", 1)]
    assert reports[Grouping.DAY] == [("2026-05-01", 2, "6", 2), ("2026-05-02", 1, "3.5", 1)]
    assert reports[Grouping.RUN] == [(f"one {run.run_id}", 2, "6", 2), ("-", 1, "3.5", 1)]


def test_a_report_can_be_of_one_site_and_of_a_period(session: Session, account: Account) -> None:
    one, two = make_site(session, account), make_site(session, account)
    for day, site in ((1, one), (2, one), (3, one), (2, two)):
        at = datetime(2026, 5, day, tzinfo=UTC)
        use(session, site, f"{site.id}/{day}", "1", Usage(Operation.CLUSTERING), at=at)
    period = Period(datetime(2026, 5, 2, tzinfo=UTC), datetime(2026, 5, 3, tzinfo=UTC))
    assert summary(usage_by(session, account.id, Grouping.DAY, period=period)) == [("2026-05-02", 2, "2", 2)]
    mine = usage_by(session, account.id, Grouping.DAY, period=period, site_id=one.id)
    assert summary(mine) == [("2026-05-02", 1, "1", 1)]


def test_days_are_utc_days(session: Session, account: Account) -> None:
    site = make_site(session, account)
    last_second = datetime.fromisoformat("2026-05-02T01:59:59+02:00")
    use(session, site, "a", "1", Usage(Operation.CLUSTERING), at=last_second)
    assert [row.label for row in usage_by(session, account.id, Grouping.DAY)] == ["2026-05-01"]


def test_requests_that_were_not_charged_still_show_what_the_provider_took(session: Session, account: Account) -> None:
    site = make_site(session, account)
    use(session, site, "a", "1", Usage(Operation.CLUSTERING))
    ask(session, site, "a/ask/2", Usage(Operation.CLUSTERING))
    ask(session, site, "b/ask/1", Usage(Operation.IMAGE_GENERATION), tokens=None)
    clustering, images = usage_by(session, account.id, Grouping.OPERATION)
    assert (clustering.ai, clustering.credits) == (
        AIFigures(2, 20, None, None, Decimal("0.02")),
        Credits.of(1),
    )
    assert (images.label, images.entries, images.ai) == ("image_generation", 0, AIFigures(1))


def test_refunds_lower_the_usage_they_pay_back(session: Session, account: Account) -> None:
    usage = Usage(Operation.LINKING)
    deduct_credits(session, account.id, Credits.of(8), key="a", usage=usage)
    facts = {"entry_type": EntryType.REFUND, "key": "r", "created_by": "ada", "usage": usage}
    add_credits(session, account.id, Credits.of(3), **facts)  # type: ignore[arg-type]
    (row,) = usage_by(session, account.id, Grouping.OPERATION)
    assert (row.entries, row.credits) == (2, Credits.of(5))


def test_grants_and_other_accounts_are_no_usage(session: Session, account: Account) -> None:
    other = make_site(session, make_funded_account(session))
    use(session, other, "a", "1", Usage(Operation.CLUSTERING))
    assert usage_by(session, account.id, Grouping.OPERATION) == []
    with pytest.raises(NotFound):
        usage_by(session, account.id, Grouping.OPERATION, site_id=other.id)
    with pytest.raises(NotFound):
        article_costs(session, account.id, site_id=other.id)


def test_an_article_costs_what_was_charged_for_it_by_name(session: Session, account: Account) -> None:
    site = make_site(session, account)
    article = make_article(session, site, "grants")
    for key, operation, amount in (
        ("w", Operation.CONTENT_GENERATION, "2"),
        ("i1", Operation.IMAGE_GENERATION, "1"),
        ("i2", Operation.IMAGE_GENERATION, "1"),
    ):
        use(session, site, key, amount, Usage(operation, related_type="content", related_id=article))
    ask(session, site, "w/ask/2", Usage(Operation.CONTENT_GENERATION))
    use(session, site, "x", "9", Usage(Operation.CLUSTERING, related_type="cluster", related_id=article))
    (cost,) = article_costs(session, account.id)
    assert cost.by_operation == {Operation.CONTENT_GENERATION: Credits.of(2), Operation.IMAGE_GENERATION: Credits.of(2)}
    assert (cost.credits, cost.ai.calls, cost.ai.tokens_in, cost.ai.provider_cost) == (
        Credits.of(4),
        4,
        40,
        Decimal("0.04"),
    )
    assert cost.as_json()["by_operation"] == {"content_generation": 2, "image_generation": 2}


def test_only_finished_articles_are_listed_newest_first_page_by_page(session: Session, account: Account) -> None:
    site = make_site(session, account)
    make_article(session, site, "draft", ContentStatus.DRAFT)
    ids = [make_article(session, site, f"article {n}", ContentStatus.PUBLISHED) for n in range(3)]
    make_article(session, make_site(session), "another customer's")
    first = article_costs(session, account.id, limit=2)
    last = article_costs(session, account.id, limit=2, before=first[-1].content_id)
    assert [cost.content_id for cost in [*first, *last]] == ids[::-1]
    assert (first[0].credits, first[0].ai) == (Credits(0), AIFigures())
