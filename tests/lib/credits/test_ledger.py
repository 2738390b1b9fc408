import pytest
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.entries import EntryFilter, history
from igny8_lib.credits.ledger import (
    KeyReused,
    Usage,
    add_credits,
    available_credits,
    balance_of,
    check_credits,
    deduct_credits,
)
from igny8_lib.errors import InsufficientCredits, InvalidInput, NotFound
from igny8_lib.models import EntryType, Operation
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_account

LINKING = Usage(Operation.LINKING, site_id=7, related_type="content", related_id=3, metadata={"links": 4})


def add(session: Session, account_id: int, amount: str, **facts: object) -> Credits:
    facts = {"entry_type": EntryType.GRANT, "key": "key", "created_by": "ada"} | facts
    return add_credits(session, account_id, Credits.of(amount), **facts).balance_after  # type: ignore[arg-type]


def test_a_new_account_has_nothing(session: Session) -> None:
    account = make_account(session)
    balance = balance_of(session, account.id)
    assert (balance.balance, balance.reserved, balance.available, balance.ledger_sum) == (ZERO, ZERO, ZERO, ZERO)


def test_the_balance_is_the_sum_of_the_entries_and_each_entry_knows_the_balance_after_it(session: Session) -> None:
    account = make_account(session)
    assert add(session, account.id, "100", key="a") == Credits.of(100)
    assert add(session, account.id, "0.5", key="b", entry_type=EntryType.REFUND) == Credits.of("100.5")
    entry = deduct_credits(session, account.id, Credits.of(8), key="c", usage=LINKING)
    assert entry.balance_after == Credits.of("92.5")
    assert balance_of(session, account.id).ledger_sum == balance_of(session, account.id).balance == Credits.of("92.5")


def test_a_usage_entry_names_what_it_paid_for(session: Session) -> None:
    account = make_funded_account(session, 10)
    usage = Usage(Operation.CLUSTERING, 1, 2, 1, "cluster", 5, 6, {"keywords": 20})
    entry = deduct_credits(session, account.id, Credits.of(4), key="c", usage=usage)
    assert (entry.operation, entry.site_id, entry.run_id, entry.stage) == (Operation.CLUSTERING, 1, 2, 1)
    assert (entry.related_type, entry.related_id, entry.ai_call_id) == ("cluster", 5, 6)
    assert (entry.entry_type, entry.amount, entry.metadata_) == (EntryType.USAGE, Credits.of(-4), {"keywords": 20})


def test_a_repeated_key_moves_nothing_and_returns_the_first_entry(session: Session) -> None:
    account = make_funded_account(session, 10)
    first = deduct_credits(session, account.id, Credits.of(8), key="c", usage=LINKING)
    again = deduct_credits(session, account.id, Credits.of(8), key="c", usage=LINKING)
    assert again.id == first.id
    assert available_credits(session, account.id) == Credits.of(2)


@pytest.mark.parametrize(
    ("amount", "entry_type"), [("11", EntryType.GRANT), ("10", EntryType.REFUND), ("10", EntryType.ADJUSTMENT)]
)
def test_a_key_cannot_stand_for_another_amount_or_type(session: Session, amount: str, entry_type: EntryType) -> None:
    account = make_account(session)
    add(session, account.id, "10")
    with pytest.raises(KeyReused, match="use another key"):
        add(session, account.id, amount, entry_type=entry_type)
    assert available_credits(session, account.id) == Credits.of(10)


def test_the_same_key_may_be_used_by_two_accounts(session: Session) -> None:
    one, other = make_account(session), make_account(session)
    assert add(session, one.id, "10") == add(session, other.id, "10") == Credits.of(10)


def test_a_deduction_beyond_what_is_available_is_refused_with_both_amounts(session: Session) -> None:
    account = make_funded_account(session, 5)
    with pytest.raises(InsufficientCredits) as refused:
        deduct_credits(session, account.id, Credits.of(8), key="c", usage=LINKING)
    assert (refused.value.needed, refused.value.available) == (Credits.of(8), Credits.of(5))
    assert available_credits(session, account.id) == Credits.of(5)


def test_checking_credits_passes_up_to_the_last_hundredth(session: Session) -> None:
    account = make_funded_account(session, 5)
    check_credits(session, account.id, Credits.of(5))
    with pytest.raises(InsufficientCredits):
        check_credits(session, account.id, Credits.of("5.01"))


@pytest.mark.parametrize(
    ("amount", "entry_type", "key"),
    [
        ("0", EntryType.GRANT, "k"),
        ("-1", EntryType.GRANT, "k"),
        ("-1", EntryType.REFUND, "k"),
        ("0", EntryType.ADJUSTMENT, "k"),
        ("1", EntryType.USAGE, "k"),
        ("1", EntryType.GRANT, ""),
    ],
)
def test_an_addition_that_makes_no_sense_is_refused(
    session: Session, amount: str, entry_type: EntryType, key: str
) -> None:
    account = make_account(session)
    with pytest.raises(InvalidInput):
        add(session, account.id, amount, entry_type=entry_type, key=key)


def test_a_deduction_must_be_above_zero(session: Session) -> None:
    account = make_funded_account(session)
    with pytest.raises(InvalidInput):
        deduct_credits(session, account.id, ZERO, key="c", usage=LINKING)


def test_an_adjustment_may_lower_the_balance_but_not_below_zero(session: Session) -> None:
    account = make_funded_account(session, 10)
    assert add(session, account.id, "-4", entry_type=EntryType.ADJUSTMENT, key="a") == Credits.of(6)
    with pytest.raises(InsufficientCredits):
        add(session, account.id, "-7", entry_type=EntryType.ADJUSTMENT, key="b")


def test_a_refund_names_what_it_pays_back_and_why(session: Session) -> None:
    account = make_account(session)
    entry = add_credits(
        session,
        account.id,
        Credits.of(8),
        entry_type=EntryType.REFUND,
        key="refund:1",
        created_by="ada",
        note="links were wrong",
        usage=LINKING,
    )
    assert (entry.operation, entry.related_id, entry.created_by) == (Operation.LINKING, 3, "ada")
    assert entry.metadata_ == {"links": 4, "note": "links were wrong"}


def test_an_unknown_account_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match="account 999"):
        add(session, 999, "1")
    with pytest.raises(NotFound, match="account 999"):
        balance_of(session, 999)


def test_history_comes_newest_first_page_by_page(session: Session) -> None:
    account, other = make_account(session), make_funded_account(session)
    for number in range(5):
        add(session, account.id, str(number + 1), key=f"k{number}")
    first = history(session, account.id, limit=2)
    second = history(session, account.id, limit=2, before=first.next_before)
    last = history(session, account.id, limit=2, before=second.next_before)
    keys = [[entry.idempotency_key for entry in page.entries] for page in (first, second, last)]
    assert keys == [["k4", "k3"], ["k2", "k1"], ["k0"]]
    assert last.next_before is None
    assert len(history(session, other.id).entries) == 1


def test_history_can_be_of_one_type(session: Session) -> None:
    account = make_funded_account(session, 10)
    deduct_credits(session, account.id, Credits.of(8), key="c", usage=LINKING)
    (entry,) = history(session, account.id, chosen=EntryFilter(EntryType.USAGE)).entries
    assert entry.idempotency_key == "c"
