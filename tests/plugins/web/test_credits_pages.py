"""The pages on credits: what they show of an account, to whom, and what they say where there is nothing."""

from __future__ import annotations

from datetime import timedelta

import igny8_product
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from igny8_lib.amounts import HIGHEST, Credits
from igny8_lib.clock import now
from igny8_lib.credits.ledger import Usage, add_credits, deduct_credits
from igny8_lib.credits.reservations import reserve
from igny8_lib.db.session import Sessions
from igny8_lib.models import Account, AccountStatus, Content, EntryType, Operation, Plan, Site
from tests.factories.articles import make_article
from tests.plugins.web.house import PAGES, House
from tests.statements import statements_on

LONG = "How to choose a mortgage broker when you are self-employed " * 4


def see(house: House, username: str, path: str, status: int = 200) -> str:
    """The page as the person gets it."""
    answer = house.browser(username).get(f"{PAGES}/{path}")
    assert answer.status_code == status, answer.text
    return answer.text


def use(session: Session, account: int, site: int, amount: int, key: str, *, article: int | None = None) -> None:
    """The site uses so many credits, for an article where one is named."""
    named = ("content", article) if article else (None, None)
    usage = Usage(Operation.CONTENT_GENERATION, site_id=site, related_type=named[0], related_id=named[1])
    deduct_credits(session, account, Credits.of(amount), key=key, usage=usage)


@pytest.fixture
def spent(house: House, sessions: Sessions) -> House:
    """Blog used 3 credits for an article with a long title, shop 4 and reserves 10; the plan brings 20,000 a month."""
    with sessions.begin() as session:
        article = make_article(session, session.get_one(Site, house.blog), title=LONG)
        use(session, house.agency, house.blog, 3, "blog/1", article=article.id)
        use(session, house.agency, house.shop, 4, "shop/1")
        reserve(
            session,
            house.agency,
            Credits.of(10),
            key="held",
            usage=Usage(Operation.CLUSTERING, site_id=house.shop),
        )
        plan = Plan(name="Scale", monthly_credits=Credits.of(20_000))
        session.add(plan)
        session.flush()
        session.get_one(Account, house.agency).plan_id = plan.id
    return house


def test_the_page_tells_what_is_there_who_holds_it_and_what_comes_next(spent: House) -> None:
    page = see(spent, "owner", "credits")
    for said in ("983", "993 balance − 10 reserved", "+20,000 credits", "10 reserved at", "Plan Scale"):
        assert said in page
    assert "it takes three whole days of use" in page


def test_who_sees_some_sites_sees_neither_the_balance_nor_other_sites(spent: House) -> None:
    page, ledger = see(spent, "viewer", "credits"), see(spent, "viewer", "credits/ledger")
    assert "983" in page
    for kept in ("993", "Next grant", "Will last", "sites/shop"):
        assert kept not in page
    assert "sites/shop" not in ledger
    assert "Balance after" not in ledger


def test_long_titles_are_cut(spent: House) -> None:
    page = see(spent, "owner", "credits")
    assert LONG not in page
    assert LONG[:60] in page


def test_an_account_that_used_nothing_is_told_how_to_begin(house: House) -> None:
    page = see(house, "owner", "credits")
    for said in ("Nothing used in", "No finished article yet", "No run yet"):
        assert said in page


def test_a_suspended_account_is_told_what_that_means(spent: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(update(Account).where(Account.id == spent.agency).values(status=AccountStatus.SUSPENDED))
    page = see(spent, "owner", "credits")
    assert "This account is suspended." in page
    assert "+20,000" not in page


def test_huge_numbers_are_written_out_and_the_chart_stays_narrow(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        facts = {"entry_type": EntryType.GRANT, "created_by": "x"}
        add_credits(session, house.agency, HIGHEST - Credits.of(1_000), key="big", **facts)  # type: ignore[arg-type]
        use(session, house.agency, house.blog, 999_999_999, "all")
    page = see(house, "owner", "credits")
    assert "999,999,999" in page
    assert ">1bn</text>" in page


def test_the_platforms_admin_names_the_account(spent: House) -> None:
    assert "Name the account" in see(spent, "admin", "credits", 400)
    assert "983" in see(spent, "admin", "credits?account=agency")
    see(spent, "neighbour", "credits?account=agency", 404)


def test_the_ledger_shows_the_balance_after_each_entry_and_keeps_its_filters(spent: House) -> None:
    page = see(spent, "owner", "credits/ledger?entry_type=usage")
    assert page.index("993</td>") < page.index("997</td>")
    assert "credits/ledger.csv?account=agency&amp;entry_type=usage" in page
    assert "1,000</td>" not in page
    assert see(spent, "owner", "credits/ledger?entry_type=usage&operation=&site=&run=&from=&to=") == page
    assert "No entry fits" in see(spent, "owner", "credits/ledger?operation=linking")


def test_the_file_has_the_entries_that_are_chosen(spent: House) -> None:
    text = see(spent, "owner", "credits/ledger.csv?entry_type=grant")
    assert [line.split(",")[1] for line in text.splitlines()] == ["type", "grant"]


def test_the_platforms_admin_changes_a_cost_and_everybody_sees_who_did(spent: House) -> None:
    form = {"version": 0, "cost": "7.5", "reason": "Shorter prompts"}
    changed = spent.browser("admin").post(f"{PAGES}/credits/costs/linking?account=agency", data=form)
    assert changed.status_code == 200, changed.text
    page = see(spent, "viewer", "credits/costs")
    for said in ("7.5 per content", "default 8", "by admin", "Shorter prompts"):
        assert said in page
    again = spent.browser("admin").post(f"{PAGES}/credits/costs/linking?account=agency", data=form)
    assert again.status_code == 409


@pytest.mark.parametrize("username", ["owner", "viewer"])
def test_who_may_not_change_costs_has_no_form_and_is_refused(spent: House, username: str) -> None:
    assert "<form" not in see(spent, username, "credits/costs").split('id="costs"')[1].split("</main>")[0]
    answer = spent.browser(username).post(f"{PAGES}/credits/costs/linking", data={"version": 0, "cost": "1"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["credits", "credits/ledger", "credits/costs"])
def test_a_page_is_the_same_statements_for_more_entries_articles_and_sites(
    spent: House, sessions: Sessions, path: str
) -> None:
    def sent() -> int:
        with statements_on(igny8_product.product_engine()) as statements:
            see(spent, "owner", path)
        return len(statements)

    sent()
    few = sent()
    with sessions.begin() as session:
        blog = session.get_one(Site, spent.blog)
        for number in range(12):
            article = make_article(session, blog, title=f"Article {number}")
            use(session, spent.agency, spent.blog, 1, f"more/{number}", article=article.id)
    assert sent() == few > 0


def test_articles_are_turned_by_page(spent: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        blog = session.get_one(Site, spent.blog)
        made: list[Content] = [make_article(session, blog, title=f"Title {number:02}") for number in range(10)]
    page = see(spent, "owner", "credits")
    assert "Title 09" in page
    assert "Title 01" not in page
    assert "Title 01" in see(spent, "owner", f"credits?account=agency&before={made[2].id}")


def test_the_pace_is_told_after_three_days(spent: House, monkeypatch: pytest.MonkeyPatch) -> None:
    later = now() + timedelta(days=7)  # of which today is not over
    monkeypatch.setattr("igny8_lib.clock.now", lambda: later)
    page = see(spent, "owner", "credits")
    assert "at 1 credits a day" in page
    assert "about 983" in page
