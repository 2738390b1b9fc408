"""The line of tabs around the pages of an account."""

from igny8_web.pages.frame import frame_of_account

from igny8_lib.credits.ledger import available_credits
from igny8_lib.db.session import Sessions
from igny8_lib.models import Account
from tests.plugins.web.house import House
from tests.statements import count_statements


def test_the_tabs_of_an_account_name_it_and_mark_the_page_one_is_on(house: House, sessions: Sessions) -> None:
    with sessions() as session:
        account = session.get_one(Account, house.agency)
        frame = frame_of_account(session, account, "Credits")
        assert frame.available == available_credits(session, house.agency)
    assert [(tab.name, tab.path, tab.current) for tab in frame.tabs] == [
        ("Sites", "", False),
        ("Credits", "credits?account=agency", True),
        ("Account", "account?account=agency", False),
    ]
    assert (frame.account, frame.current_tab) == ("agency", "Credits")


def test_the_frame_of_an_account_is_one_statement(house: House, sessions: Sessions) -> None:
    with sessions() as session:
        account = session.get_one(Account, house.agency)
        assert count_statements(session, lambda: frame_of_account(session, account, "Credits")) == 1
