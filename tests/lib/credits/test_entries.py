"""Reading the ledger by filters and pages."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.clock import now
from igny8_lib.credits import entries
from igny8_lib.credits.entries import EntryFilter, history, page_of, places_of
from igny8_lib.credits.ledger import Usage, add_credits, deduct_credits
from igny8_lib.credits.usage import Period
from igny8_lib.errors import InvalidInput
from igny8_lib.models import EntryType, Operation, Site
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site


@pytest.fixture
def blog(session: Session) -> Site:
    """A site whose account was granted credits, used six of them and got one back."""
    account = make_funded_account(session)
    site = make_site(session, account)
    for number, operation in enumerate([Operation.CLUSTERING, Operation.LINKING, Operation.CLUSTERING]):
        usage = Usage(operation, site_id=site.id, run_id=number)
        deduct_credits(session, account.id, Credits.of(2), key=f"use/{number}", usage=usage)
    back = Usage(Operation.LINKING, site_id=site.id)
    add_credits(
        session, account.id, Credits.of(1), entry_type=EntryType.REFUND, key="back", created_by="ada", usage=back
    )
    return site


@pytest.mark.parametrize(
    ("chosen", "keys"),
    [
        (EntryFilter(EntryType.USAGE), ["use/2", "use/1", "use/0"]),
        (EntryFilter(EntryType.REFUND), ["back"]),
        (EntryFilter(operation=Operation.LINKING), ["back", "use/1"]),
        (EntryFilter(EntryType.USAGE, Operation.LINKING), ["use/1"]),
        (EntryFilter(run_id=2), ["use/2"]),
        (EntryFilter(EntryType.GRANT, period=Period(until=now() - timedelta(days=1))), []),
    ],
)
def test_a_filter_lets_through_what_fulfils_all_of_it(
    session: Session, blog: Site, chosen: EntryFilter, keys: list[str]
) -> None:
    page = page_of(session, blog.account_id, 1, 50, chosen=chosen)
    assert [entry.idempotency_key for entry in page.history.entries] == keys
    assert (page.total_count, page.is_exact) == (len(keys), True)


def test_a_filter_by_site_leaves_out_what_belongs_to_no_site(session: Session, blog: Site) -> None:
    page = page_of(session, blog.account_id, 1, 50, chosen=EntryFilter(site_id=blog.id))
    assert [entry.idempotency_key for entry in page.history.entries] == ["back", "use/2", "use/1", "use/0"]


@pytest.mark.parametrize("size", range(1, 7))
def test_pages_by_number_and_by_the_id_before_are_the_same_entries(session: Session, blog: Site, size: int) -> None:
    by_number = [
        entry for page in range(1, 7) for entry in page_of(session, blog.account_id, page, size).history.entries
    ]
    found = history(session, blog.account_id, limit=size)
    by_id = list(found.entries)
    while found.next_before is not None:
        found = history(session, blog.account_id, before=found.next_before, limit=size)
        by_id += found.entries
    assert by_number == by_id
    assert len(by_id) == 5


def test_a_long_ledger_is_counted_so_far_and_no_further(
    session: Session, blog: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "COUNTED", 3)
    page = page_of(session, blog.account_id, 1, 2)
    assert (page.total_count, page.is_exact, page.total_pages) == (3, False, 2)
    with pytest.raises(InvalidInput, match=r"narrow the time, or go on with `before`"):
        page_of(session, blog.account_id, 3, 2)


def test_entries_name_their_sites_and_what_is_gone_stays_a_number(session: Session, blog: Site) -> None:
    found = places_of(session, history(session, blog.account_id).entries)
    assert found.sites == {blog.id: blog.slug}
    assert found.runs == {}
