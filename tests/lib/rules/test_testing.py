"""Testing a rule: what matches, what its actions would do and cost, and that nothing of it happens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.db.base import Base
from igny8_lib.errors import NotFound
from igny8_lib.models import AutomationConfig, AutomationRun, ModuleSettings, RuleTrigger, RunStatus, Site, Trigger
from igny8_lib.notifications.recipients import change_settings
from igny8_lib.pipeline.forecast import forecast
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.rules import testing
from igny8_lib.rules.documents import BadRule, RuleDocument
from igny8_lib.sites.account_day import day_of
from tests.factories.articles import make_article
from tests.factories.credits import make_funded_account
from tests.factories.planner import make_cluster, make_idea, make_keywords, make_task
from tests.factories.rules import make_rule
from tests.factories.sites import make_site
from tests.statements import count_statements

CLUSTER = {"type": "cluster_keywords"}
TELL = {"type": "notify", "params": {"message": "Look at them."}}


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, make_funded_account(session))


def document_of(trigger: str, *actions: object, **given: object) -> RuleDocument:
    """A rule that does this."""
    return RuleDocument.parse({"name": "Roses", "trigger": trigger, "actions": list(actions), **given})


def trial(session: Session, site: Site, trigger: str, *actions: object, **given: object) -> testing.Tested:
    """The rule, tested."""
    return testing.test(session, site, document_of(trigger, *actions, **given))


def price_of(session: Session, site: Site, ids: list[int]) -> Credits:
    """What clustering these is expected to cost."""
    return forecast(session, site, RunOptions(stages=(1,), items=tuple(ids))).total


def test_it_says_what_matches_why_the_rest_does_not_and_what_it_would_cost(session: Session, site: Site) -> None:
    keywords = make_keywords(session, site, 12)
    for keyword in keywords[:2]:
        keyword.volume = 80
    session.flush()
    volume = {"field": "volume", "operator": "gte", "value": 100}
    result = trial(session, site, "keyword_added", CLUSTER, conditions=[volume])
    ids = [each.id for each in keywords[2:]]
    assert result.matches.ids == ids
    assert [why for _, why in result.matches.others] == [("volume 80 is not ≥ 100",)] * 2
    price = price_of(session, site, ids)
    assert price
    assert (result.cost, result.available) == (price, Credits.of(1000))
    assert result.would == f"10 of 12 keywords match. It would work 10 keywords, for about {price} credits."
    assert result.limit == "0 of 10 executions of today are used."


def test_a_saved_rules_executions_of_the_accounts_day_are_told(session: Session, site: Site) -> None:
    today = day_of(session, site.account_id, clock.now())
    rule = make_rule(session, site, executions_day=today, executions_counted=3)
    old = make_rule(session, site, executions_day=today - timedelta(days=1), executions_counted=3)
    document = document_of("keyword_added", CLUSTER, max_executions_per_day=3)
    full = testing.test(session, site, document, rule_id=rule.id).limit
    assert full == "3 of 3 executions of today are used. It would be executed again tomorrow."
    assert testing.test(session, site, document, rule_id=old.id).limit == "0 of 3 executions of today are used."
    without = document_of("keyword_added", CLUSTER, max_executions_per_day=0)
    assert "any number of times" in testing.test(session, site, without, rule_id=rule.id).limit
    with pytest.raises(NotFound):
        testing.test(session, make_site(session), document, rule_id=rule.id)


def test_the_rules_limit_bounds_what_its_actions_cost_together(session: Session, site: Site) -> None:
    ids = [each.id for each in make_keywords(session, site, 400)]
    assert price_of(session, site, ids) > Credits.of(5)
    again = {"type": "generate_ideas", "params": {"items": "waiting"}}
    make_cluster(session, site, "roses")
    result = trial(session, site, "keyword_added", CLUSTER, again, TELL, credit_limit_per_execution=5)
    assert result.cost <= Credits.of(5)
    assert [plan.cost <= Credits.of(5) for plan in result.plans] == [True] * 3
    tight = trial(session, site, "keyword_added", CLUSTER, again, credit_limit_per_execution=0.5)
    assert Credits.total(plan.cost for plan in tight.plans) <= Credits.of("0.5")


def test_what_keeps_an_action_from_doing_anything_is_said(session: Session, site: Site) -> None:
    keywords = make_keywords(session, site, 3)
    (plan,) = trial(session, site, "keyword_added", CLUSTER).plans
    assert plan.refused == "Only 3 keywords are chosen, at least 5 are needed."
    keywords += make_keywords(session, site, ["lily one", "lily two", "lily three"])
    keywords[0].disabled = True
    session.flush()
    (plan,) = trial(session, site, "keyword_added", CLUSTER).plans
    assert (plan.items, plan.left_out) == (5, ("1 of 6 keywords are left out: disabled (1).",))
    session.get_one(AutomationConfig, site.id).stage_1_enabled = False
    assert "disabled in the configuration" in trial(session, site, "keyword_added", CLUSTER).plans[0].refused
    session.get_one(AutomationConfig, site.id).stage_1_enabled = True
    session.get_one(ModuleSettings, site.account_id).automation_enabled = False
    assert "automation module" in trial(session, site, "keyword_added", CLUSTER).plans[0].refused


def test_credits_that_do_not_cover_the_first_request_are_said(session: Session) -> None:
    site = make_site(session)
    make_keywords(session, site, 12)
    result = trial(session, site, "keyword_added", CLUSTER)
    assert "credits are needed, 0 are available" in result.plans[0].refused
    assert (result.cost, result.available) == (Credits(0), Credits(0))


def test_ideas_that_would_become_tasks_are_priced_as_articles(session: Session, site: Site) -> None:
    cluster = make_cluster(session, site, "roses")
    ideas = [make_idea(session, site, cluster, f"Roses {number}") for number in range(3)]
    write = {"type": "generate_content"}
    (plan,) = trial(session, site, "idea_created", write).plans
    for idea in ideas:
        idea.status = "queued"  # type: ignore[assignment]
    tasks = [make_task(session, site, cluster, f"Task {number}") for number in range(3)]
    for task, idea in zip(tasks, ideas, strict=True):
        task.idea_id = idea.id
    session.flush()
    assert plan.items == 3
    expected = forecast(session, site, RunOptions(stages=(4,), items=tuple(each.id for each in tasks))).total
    assert plan.cost == expected
    assert plan.sentence == f"It would write 3 articles, for about {expected} credits."


def test_batches_are_priced_at_most_and_told_what_waits_elsewhere(session: Session, site: Site) -> None:
    for _ in range(3):
        make_article(session, site)
    link = {"type": "link_content", "params": {"articles": "all"}}
    (plan,) = trial(session, site, "schedule", link, schedule="0 6 * * *").plans
    assert (plan.items, plan.cost) == (3, Credits.of(24))
    assert plan.sentence == "It would have 3 articles linked, for at most 24 credits."
    bound = trial(session, site, "schedule", link, schedule="0 6 * * *", credit_limit_per_execution=10)
    assert bound.cost == Credits.of(10)


def test_a_busy_site_would_be_waited_for_and_nobody_told_where_nobody_is_to_be(session: Session, site: Site) -> None:
    make_keywords(session, site, 12)
    run = AutomationRun(
        account_id=site.account_id,
        site_id=site.id,
        run_id="run_now",
        run_number=1,
        trigger=Trigger.MANUAL,
        status=RunStatus.PAUSED,
        started_at=clock.now(),
        dag_id="site__x",
        dag_run_id="manual__1",
    )
    session.add(run)
    session.flush()
    change_settings(session, site.account_id, emails=[])
    result = trial(session, site, "keyword_added", CLUSTER, TELL)
    assert result.would.endswith("It would wait for run run_now, which is paused.")
    assert result.plans[1].refused.startswith("Nobody was told")
    change_settings(session, site.account_id, emails=["ops@example.com"])
    only_tell = trial(session, site, "keyword_added", TELL)
    assert only_tell.would == "12 of 12 keywords match. It would tell the people whom the account's settings name."


@pytest.mark.parametrize(
    ("trigger", "given", "told"),
    [
        ("keyword_added", {}, "The site has no keyword yet. Nothing would happen."),
        ("schedule", {"schedule": "0 6 * * *"}, "The conditions do not hold on the site now. Nothing would happen."),
    ],
)
def test_where_nothing_matches_nothing_would_happen(
    session: Session, site: Site, trigger: str, given: dict[str, object], told: str
) -> None:
    never = [{"field": "keywords_waiting", "operator": "gt", "value": 5}] if trigger == "schedule" else []
    result = trial(session, site, trigger, TELL, conditions=never, **given)
    assert (result.would, result.plans, result.cost) == (told, [], Credits(0))


def test_what_could_not_be_saved_cannot_be_tested(session: Session, site: Site) -> None:
    with pytest.raises(BadRule, match=r"actions\.0\.params\.items"):
        trial(session, site, "content_approved", CLUSTER)
    unknown = {"field": "weight", "operator": "gt", "value": 5}
    with pytest.raises(BadRule, match=r"conditions\.0\.field"):
        trial(session, site, "keyword_added", CLUSTER, conditions=[unknown])


def test_nothing_is_written_and_the_statements_do_not_grow_with_the_items(session: Session, site: Site) -> None:
    make_keywords(session, site, 10)
    session.commit()

    def try_it() -> testing.Tested:
        return trial(session, site, RuleTrigger.KEYWORD_ADDED.value, CLUSTER, TELL)

    few = count_statements(session, try_it)
    rows = rows_of(session)
    make_keywords(session, site, [f"lily {number}" for number in range(1_000)])
    session.commit()
    many = count_statements(session, try_it)
    assert not session.new
    assert not session.dirty
    assert rows_of(session) == {name: number + 1_000 * (name == "keywords") for name, number in rows.items()}
    assert many == few


def test_parts_are_planned_by_their_own_ids_and_nothing_after_the_transaction_is(session: Session, site: Site) -> None:
    make_keywords(session, site, 10)
    trial(session, site, "keyword_added", CLUSTER)
    mode = select(func.current_setting("plan_cache_mode"))
    assert session.scalar(mode) == "force_custom_plan"
    session.commit()
    assert session.scalar(mode) == "auto"


def rows_of(session: Session) -> dict[str, int]:
    """How many rows each table has."""
    tables = Base.metadata.tables
    return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}
