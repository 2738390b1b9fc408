"""The billing group: balance, ledger, usage, replenishment and budgets, and who sees what of them."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import igny8_product
import pytest
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import Usage, add_credits, deduct_credits
from igny8_lib.credits.reservations import reserve
from igny8_lib.db.session import Sessions
from igny8_lib.models import EntryType, Operation
from tests.plugins.web.house import API, House
from tests.statements import statements_on

WHOLE = ("owner", "manager", "admin")
SOME_SITES = ("editor", "viewer")


@pytest.fixture
def spent(house: House, sessions: Sessions) -> House:
    """The agency has 1,000 credits: blog used 3, shop 4, and shop reserves 10."""
    with sessions.begin() as session:
        use(session, house.agency, house.blog, 3, "blog/1", operation=Operation.CLUSTERING)
        use(session, house.agency, house.shop, 4, "shop/1", operation=Operation.LINKING)
        held = Usage(Operation.CLUSTERING, site_id=house.shop)
        reserve(session, house.agency, Credits.of(10), key="held", usage=held)
    return house


def use(session: Session, account: int, site: int, amount: int, key: str, *, operation: Operation) -> None:
    """The site uses so many credits."""
    deduct_credits(session, account, Credits.of(amount), key=key, usage=Usage(operation, site_id=site))


def ask(house: House, username: str, path: str, **query: object) -> Any:
    """The document that a GET answers."""
    account = {"account": "agency"} if username == "admin" else {}
    answer = house.client(username).get(f"{API}/billing/{path}", params=account | query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("username", WHOLE)
def test_available_is_balance_less_reserved_and_who_reserves_is_told(spent: House, username: str) -> None:
    found = ask(spent, username, "balance/")
    assert (found["balance"], found["reserved"], found["available"]) == (993, 10, 983)
    (hold,) = found["reservations"]
    assert (hold["site"], hold["operation"], hold["credits"]) == ("shop", "clustering", 10)


@pytest.mark.parametrize("username", SOME_SITES)
def test_who_sees_some_sites_is_told_what_is_available_and_nothing_else_of_the_account(
    spent: House, username: str
) -> None:
    found = ask(spent, username, "balance/")
    assert found == {
        "account": "agency",
        "available": 983,
        "balance": None,
        "reserved": None,
        "reservations": [],
        "next_grant": None,
    }
    rows = ask(spent, username, "ledger/")["entries"]
    assert [(row["site"], row["credits"], row["balance_after"]) for row in rows] == [("blog", -3, None)]
    assert ask(spent, username, "usage/")["total_credits"] == 3
    refused = spent.client(username).get(f"{API}/billing/replenishments/")
    assert refused.status_code == 403
    text = spent.client(username).get(f"{API}/billing/ledger.csv").text
    assert [row["balance_after"] for row in csv.DictReader(StringIO(text))] == [""]


@pytest.mark.parametrize("username", SOME_SITES)
def test_a_site_that_is_not_given_is_not_there_in_a_filter(spent: House, username: str) -> None:
    answer = spent.client(username).get(f"{API}/billing/ledger/", params={"site": "shop"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ({"entry_type": "grant"}, [1000]),
        ({"operation": "linking"}, [-4]),
        ({"site": "blog"}, [-3]),
        ({"from": "2100-01-01"}, []),
        ({"to": "2100-01-01T00:00:00Z", "site": "shop"}, [-4]),
        ({"page_size": 1, "page": 2}, [-3]),
    ],
)
def test_the_ledger_is_filtered_and_paged(spent: House, query: dict[str, object], amounts: list[int]) -> None:
    assert [row["credits"] for row in ask(spent, "owner", "ledger/", **query)["entries"]] == amounts


def test_the_ledger_goes_on_where_the_page_in_front_ended(spent: House) -> None:
    first = ask(spent, "owner", "ledger/", page_size=2)
    assert first["pagination"] == {
        "page": 1,
        "page_size": 2,
        "total_count": 3,
        "total_pages": 2,
        "is_exact": True,
    }
    rest = ask(spent, "owner", "ledger/", page_size=2, before=first["next_before"])
    assert [row["balance_after"] for row in first["entries"] + rest["entries"]] == [993, 997, 1000]
    assert rest["next_before"] is None


def test_a_run_is_named_with_its_site(spent: House) -> None:
    client = spent.client("owner")
    assert client.get(f"{API}/billing/ledger/", params={"run": "7"}).status_code == 400
    assert client.get(f"{API}/billing/ledger/", params={"run": "7", "site": "blog"}).status_code == 404


@pytest.mark.parametrize("note", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_of_the_csv_is_a_formula_and_numbers_stay_numbers(house: House, sessions: Sessions, note: str) -> None:
    with sessions.begin() as session:
        facts = {"entry_type": EntryType.ADJUSTMENT, "key": "x", "created_by": "=ada", "note": note}
        add_credits(session, house.agency, Credits.of(-5), **facts)  # type: ignore[arg-type]
    answer = house.client("owner").get(f"{API}/billing/ledger.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="ledger-agency.csv"'
    first, *_ = csv.DictReader(StringIO(answer.text, newline=""))
    assert (first["note"], first["by"], first["credits"]) == (f"'{note}", "'=ada", "-5")


@pytest.mark.parametrize("group_by", ["operation", "stage", "site", "day", "run"])
def test_usage_adds_up_to_the_same_whatever_it_is_grouped_by(spent: House, group_by: str) -> None:
    found = ask(spent, "owner", "usage/", group_by=group_by)
    assert found["total_credits"] == sum(row["credits"] for row in found["rows"]) == 7


def test_usage_is_that_of_one_site_and_of_the_period_where_asked(spent: House) -> None:
    rows = ask(spent, "owner", "usage/", group_by="site", site="shop")["rows"]
    assert [(row["label"], row["credits"]) for row in rows] == [("shop", 4)]
    assert ask(spent, "owner", "usage/", to="2020-01-01")["rows"] == []


SHARES = {"clustering": 20, "idea_generation": 20, "content_generation": 20, "image_generation": 40}


def test_a_sites_budget_is_set_once_and_goes_back_to_the_default(house: House) -> None:
    owner, path = house.client("owner"), f"{API}/billing/sites/{house.blog}/ai-budget/"
    assert owner.get(path).json()["is_default"]
    headers = {"Idempotency-Key": "budget"}
    first = owner.put(path, json={"shares": SHARES}, headers=headers)
    assert first.json() == owner.put(path, json={"shares": SHARES}, headers=headers).json()
    shares = {each["operation"]: each["percentage"] for each in owner.get(path).json()["operations"]}
    assert shares == SHARES | {"image_prompt_extraction": 0}
    assert sum(each["credits"] for each in first.json()["operations"]) == first.json()["total"] == 1000
    assert owner.delete(path).json()["is_default"]


@pytest.mark.parametrize("shares", [SHARES | {"clustering": 19}, {"linking": 100}, {}])
def test_shares_that_do_not_sum_to_a_hundred_or_name_other_work_change_nothing(
    house: House, shares: dict[str, int]
) -> None:
    owner, path = house.client("owner"), f"{API}/billing/sites/{house.blog}/ai-budget/"
    assert owner.put(path, json={"shares": shares}).status_code == 400
    assert owner.get(path).json()["is_default"]


def test_who_may_not_manage_sees_a_budget_and_cannot_set_it(house: House) -> None:
    path = f"{API}/billing/sites/{{}}/ai-budget/"
    editor = house.client("editor")
    assert editor.get(path.format(house.blog)).status_code == 200
    assert editor.put(path.format(house.blog), json={"shares": SHARES}).status_code == 403
    assert editor.get(path.format(house.shop)).status_code == 404
    assert house.client("owner").get(path.format(house.rival_blog)).status_code == 404


@pytest.mark.parametrize("path", ["balance/", "ledger/", "usage/?group_by=site", "replenishments/", "usage/articles/"])
def test_the_number_of_statements_is_the_same_for_more_entries(spent: House, sessions: Sessions, path: str) -> None:
    def sent() -> int:
        with statements_on(igny8_product.product_engine()) as statements:
            assert spent.client("owner").get(f"{API}/billing/{path}").status_code == 200
        return len(statements)

    sent()
    few = sent()
    with sessions.begin() as session:
        for number in range(20):
            use(session, spent.agency, spent.blog, 1, f"more/{number}", operation=Operation.LINKING)
    assert sent() == few > 0
