import pytest
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import Usage, deduct_credits
from igny8_lib.models import Operation
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell


@pytest.fixture
def site_slug(session: Session) -> str:
    """A site of the account `agency` with 100 credits, 8 of them used."""
    account = make_funded_account(session, 100, slug="agency")
    site = make_site(session, account, slug="blog")
    usage = Usage(Operation.LINKING, site_id=site.id)
    deduct_credits(session, account.id, Credits.of(8), key="link", usage=usage)
    session.commit()
    return site.slug


@pytest.mark.usefixtures("site_slug")
def test_credits_are_granted_once_per_key_and_shown(igny8: Igny8) -> None:
    grant = ["credits", "grant", "agency", "0.5", "--key", "goodwill", "--note", "sorry", "--by", "ada"]
    code, entry = igny8(*grant)
    assert (code, entry["amount"], entry["balance_after"]) == (0, 0.5, 92.5)
    assert igny8(*grant)[1]["id"] == entry["id"]
    code, balance = igny8("credits", "balance", "agency")
    assert balance == {"account": "agency", "balance": 92.5, "reserved": 0, "available": 92.5, "ledger_sum": 92.5}
    code, page = igny8("credits", "history", "agency", "--limit", "1")
    assert (page["entries"][0]["metadata"], page["entries"][0]["created_by"]) == ({"note": "sorry"}, "ada")
    assert page["next_before"] == entry["id"]


@pytest.mark.usefixtures("site_slug")
@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["credits", "grant", "agency", "much"], 2, "InvalidInput"),
        (["credits", "grant", "agency", "0"], 2, "InvalidInput"),
        (["credits", "balance", "nobody"], 3, "NotFound"),
        (["credits", "grant", "agency", "7", "--key", "link"], 4, "KeyReused"),
        (["costs", "set", "linking", "--cost", "-1"], 2, "InvalidInput"),
        (["budgets", "set", "blog", "clustering=99"], 2, "InvalidInput"),
        (["budgets", "set", "blog", "clustering"], 2, "InvalidInput"),
        (["usage", "agency", "--site", "other"], 3, "NotFound"),
    ],
)
def test_a_refusal_is_one_sentence_and_an_exit_code_that_means_something(
    igny8: Igny8, arguments: list[str], code: int, error: str
) -> None:
    found, document = igny8(*arguments)
    assert (found, document["error"]) == (code, error)


def test_costs_are_written_changed_listed_and_remembered(igny8: Igny8) -> None:
    assert igny8("costs", "write-defaults") == (0, {"written": 9})
    assert igny8("costs", "write-defaults") == (0, {"written": 0})
    code, line = igny8("costs", "set", "linking", "--cost", "7.5", "--by", "ada")
    assert (code, line["cost"], line["source"]) == (0, 7.5, "configured")
    lines = {line["operation"]: line for line in igny8("costs", "list")[1]}
    assert (len(lines), lines["linking"]["cost"], lines["clustering"]["source"]) == (9, 7.5, "default")
    newest = igny8("costs", "history", "linking")[1][0]
    assert (newest["changed_by"], newest["old"]["cost"], newest["new"]["cost"]) == ("ada", 8, 7.5)
    assert igny8("costs", "set", "linking", "--inactive")[1]["cost"] == 8


def test_budgets_are_set_shown_and_cleared(igny8: Igny8, site_slug: str) -> None:
    assert igny8("budgets", "show", site_slug)[1]["source"] == "default"
    code, budget = igny8("budgets", "set", site_slug, "clustering=25", "content_generation=75")
    assert (code, budget["source"], budget["total"]) == (0, "site", 92)
    assert [share["credits"] for share in budget["operations"]] == [23, 0, 69, 0, 0]
    assert igny8("budgets", "clear", site_slug)[1]["source"] == "default"


@pytest.mark.usefixtures("site_slug")
@pytest.mark.parametrize(
    ("by", "label"), [("operation", "linking"), ("stage", "-"), ("site", "blog"), ("run", "-"), ("article", None)]
)
def test_usage_is_reported(igny8: Igny8, by: str, label: str | None) -> None:
    code, rows = igny8("usage", "agency", "--by", by, "--site", "blog")
    assert code == 0
    assert [(row["label"], row["credits"]) for row in rows] == ([(label, 8)] if label else [])


@pytest.mark.usefixtures("site_slug")
def test_usage_of_another_time_is_empty(igny8: Igny8) -> None:
    assert igny8("usage", "agency", "--by", "day", "--until", "2020-01-01") == (0, [])


@pytest.mark.usefixtures("site_slug")
def test_the_jobs_can_be_run_by_hand(igny8: Igny8) -> None:
    assert igny8("credits", "replenish")[1]["paid"] == 0
    assert igny8("credits", "expire") == (0, {"expired": 0})


@pytest.mark.usefixtures("site_slug")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["credits", "balance", "agency"], "92"),
        (["credits", "history", "agency"], "linking"),
        (["costs", "list"], "site_page_generation"),
        (["budgets", "show", "blog"], "default shares"),
        (["usage", "agency"], "total"),
        (["usage", "agency", "--by", "article"], "US$"),
    ],
)
def test_without_json_people_read_a_table(shell: Shell, arguments: list[str], said: str) -> None:
    code, printed = shell(*arguments)
    assert code == 0
    assert said in printed


def test_the_total_of_a_usage_report_is_exact_however_large(shell: Shell, session: Session) -> None:
    account = make_funded_account(session, 2_000_000, slug="large")
    for key, amount in (("one", "1234567"), ("two", "0.5")):
        deduct_credits(session, account.id, Credits.of(amount), key=key, usage=Usage(Operation.LINKING))
    session.commit()
    total = next(line for line in shell("usage", "large")[1].splitlines() if "total" in line)
    assert "1234567.5" in total
