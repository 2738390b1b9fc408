"""The overview: which of my sites needs me?"""

from __future__ import annotations

import igny8_product

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.models import RunStatus, Site, SiteStatus, StageStatus, StoppedReason
from tests.factories.articles import make_article
from tests.factories.runs import add_stage, make_run
from tests.factories.sites import make_site
from tests.plugins.web.house import PAGES, House
from tests.statements import count_statements

FAILED = {"status": RunStatus.FAILED, "stopped_reason": StoppedReason.STAGE_FAILED}


def text_of(house: House, username: str = "owner", query: str = "") -> str:
    answer = house.browser(username).get(f"{PAGES}/{query}")
    assert answer.status_code == 200, answer.text
    return " ".join(answer.text.split())


def needs_of(text: str) -> str:
    return text.split('id="h-need"')[1].split("</section>", maxsplit=1)[0]


def table_of(text: str) -> str:
    return text.split('id="h-s"')[1]


def test_a_failed_run_comes_first_with_its_sentence_and_articles_to_review_after_it(
    house: House, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        blog, shop = session.get_one(Site, house.blog), session.get_one(Site, house.shop)
        make_article(session, blog)
        make_run(session, shop, **FAILED, stopped_detail="Stage 4 (Tasks → Content) failed: no answer.")
    needs = needs_of(text_of(house))
    assert needs.index("failed: no answer.") < needs.index("1 article waits for a decision.")
    assert f'href="{PAGES}/sites/shop/start">Run again' in needs
    assert f'href="{PAGES}/sites/blog/content">Review' in needs


def test_each_need_has_its_cause_and_one_button(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        blog, shop = session.get_one(Site, house.blog), session.get_one(Site, house.shop)
        account = blog.account
        out = {"stopped_reason": StoppedReason.INSUFFICIENT_CREDITS, "stopped_detail": "Credits are used up."}
        make_run(session, blog, RunStatus.COMPLETED, **out)
        make_run(session, shop, RunStatus.PAUSED, current_stage=3)
        empty = {"stopped_reason": StoppedReason.NOTHING_PENDING, "stopped_detail": "Nothing was pending."}
        make_run(session, make_site(session, account, slug="third"), RunStatus.COMPLETED, **empty)
        make_site(session, account, slug="fourth", status=SiteStatus.INACTIVE)
    needs = needs_of(text_of(house))
    told = ["Credits are used up.", "is paused in stage 3", "Nothing was pending.", "switched off, so no run starts"]
    assert [needs.index(cause) for cause in told] == sorted(needs.index(cause) for cause in told)
    assert 'credits?account=agency">Credits' in needs
    assert f'hx-post="{PAGES}/resume/shop"' in needs
    assert 'sites/third/planner">Add keywords' in needs
    assert 'sites/fourth/settings">Settings' in needs


def test_a_viewer_sees_his_sites_and_no_button_that_he_may_not_press(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        make_run(session, session.get_one(Site, house.blog), RunStatus.PAUSED)
        make_run(session, session.get_one(Site, house.shop), **FAILED)
    text = text_of(house, "viewer")
    assert "hx-post" not in needs_of(text)
    assert "sites/blog" in table_of(text)
    assert "sites/shop" not in text
    assert "1 site<" in text


def test_nothing_that_needs_anybody_is_said_to_be_so(house: House) -> None:
    assert "Nothing needs you" in needs_of(text_of(house))


def test_the_filters_count_and_choose(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        run = make_run(session, session.get_one(Site, house.blog), current_stage=2)
        add_stage(session, run, 1)
        add_stage(session, run, 2, status=StageStatus.RUNNING)
    text = text_of(house, query="?show=running")
    assert 'Running <span class="n">1</span>' in text
    assert 'All <span class="n">2</span>' in text
    assert 'Not scheduled <span class="n">2</span>' in text
    table = table_of(text)
    assert "sites/blog" in table
    assert "sites/shop" not in table
    assert "Cluster: completed, Find ideas: running, Plan tasks: waiting" in table
    assert "stage 2, Find ideas" in table
    assert "No site is like that" in text_of(house, query="?q=nosuch")


def test_the_order_by_credits_begins_with_the_largest_and_can_be_turned(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        for site, amount in ((house.blog, 5), (house.shop, 70)):
            made = session.get_one(Site, site)
            make_run(session, made, RunStatus.COMPLETED, total_credits_used=Credits.of(amount))
    down, up = (table_of(text_of(house, query=f"?sort={sort}")) for sort in ("credits", "-credits"))
    assert down.index("sites/shop") < down.index("sites/blog")
    assert up.index("sites/blog") < up.index("sites/shop")
    assert 'aria-sort="descending"' in down
    assert 'aria-sort="ascending"' in up
    assert ">75<" in text_of(house), "the credits of all sites in 30 days"


def test_a_page_beyond_the_last_one_is_the_last_one(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        account = session.get_one(Site, house.blog).account
        for number in range(30):
            make_site(session, account, slug=f"more-{number}", name=f"More {number:02}")
    table = table_of(text_of(house, query="?page=9&sort=name"))
    assert "32 in all, page 2 of 2" in table
    assert "sites/more-29" in table
    assert "sites/more-01" not in table


def test_an_admin_of_the_platform_sees_all_accounts_by_name(house: House) -> None:
    text = text_of(house, "admin")
    assert "sites/rival-blog" in text
    assert "sites/blog" in text
    assert 'credits?account=rival"' in text, "whose credits are the fewest"


def test_a_paused_run_is_resumed_from_the_list(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        run = make_run(session, session.get_one(Site, house.blog), RunStatus.PAUSED, paused_at=clock.now())
        house.airflow.add(run.dag_id, run.dag_run_id)
    house.airflow.paused["site__blog"] = True
    answer = house.browser("editor").post(f"{PAGES}/resume/blog")
    assert answer.status_code == 200
    assert "is%20running" in answer.headers["X-Said"]
    assert "Nothing needs you" in answer.text
    assert house.airflow.paused["site__blog"] is False
    assert house.browser("viewer").post(f"{PAGES}/resume/blog").status_code == 403
    assert house.browser("neighbour").post(f"{PAGES}/resume/blog").status_code == 404


def test_hundreds_of_sites_take_as_many_statements_as_two(house: House, sessions: Sessions) -> None:
    browser = house.browser("owner")
    few = count_statements(igny8_product.product_engine(), lambda: browser.get(f"{PAGES}/"))
    with sessions.begin() as session:
        account = session.get_one(Site, house.blog).account
        for number in range(60):
            site = make_site(session, account, slug=f"more-{number}")
            add_stage(session, make_run(session, site, **FAILED), 1)
            make_article(session, site)
    igny8_product.members.cache_clear()
    many = count_statements(igny8_product.product_engine(), lambda: browser.get(f"{PAGES}/"))
    assert many <= few
