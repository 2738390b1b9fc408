"""What a rule's actions may be: refused when it is saved, with the place as JSON names it."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy.orm import Session

from igny8_lib.models import RuleAction, RuleTrigger, Site
from igny8_lib.rules.actions.kinds import KINDS, check_actions, fits
from igny8_lib.rules.documents import BadRule
from tests.factories.articles import make_article
from tests.factories.planner import make_cluster, make_keywords, make_task
from tests.factories.sites import make_site
from tests.factories.websites import make_blueprint
from tests.lib.rules.acting import action_of
from tests.statements import count_statements

WITHOUT_ITEMS = {RuleAction.RUN_PIPELINE, RuleAction.GENERATE_SITE_STRUCTURE, RuleAction.NOTIFY}
ON_MATCHES = [each for each in KINDS if each not in WITHOUT_ITEMS]


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


def refusal(session: Session, site: Site, trigger: RuleTrigger, *actions: object) -> BadRule:
    """How the rule is refused."""
    with pytest.raises(BadRule) as refused:
        check_actions(session, site, trigger, actions)  # type: ignore[arg-type]
    return refused.value


@pytest.mark.parametrize(("trigger", "action"), list(product(RuleTrigger, ON_MATCHES)))
def test_what_matched_is_taken_only_where_it_is_what_the_action_takes(
    session: Session, site: Site, trigger: RuleTrigger, action: RuleAction
) -> None:
    wanted = action_of(action)
    if fits(trigger, action):
        check_actions(session, site, trigger, [wanted])
        return
    refused = refusal(session, site, trigger, action_of("run_pipeline"), wanted)
    is_batch = action in {RuleAction.LINK_CONTENT, RuleAction.OPTIMIZE_CONTENT}
    assert refused.field == f"actions.1.params.{'articles' if is_batch else 'items'}"
    assert f'"{"all" if is_batch else "waiting"}"' in str(refused)
    assert "schedule" not in [each.value for each in RuleTrigger if fits(each, action)]


@pytest.mark.parametrize(("trigger", "action"), list(product(RuleTrigger, ON_MATCHES)))
def test_what_waits_is_taken_whatever_sets_the_rule_off(
    session: Session, site: Site, trigger: RuleTrigger, action: RuleAction
) -> None:
    batch = action in {RuleAction.LINK_CONTENT, RuleAction.OPTIMIZE_CONTENT}
    check_actions(
        session, site, trigger, [action_of(action, **({"articles": "all"} if batch else {"items": "waiting"}))]
    )


def test_ids_are_those_of_the_sites_own_items_of_the_actions_kind(session: Session, site: Site) -> None:
    other = make_site(session)
    own, foreign = ({"keyword": make_keywords(session, each, 1)[0].id} for each in (site, other))
    for found, each in ((own, site), (foreign, other)):
        cluster = make_cluster(session, each, "roses")
        found |= {"cluster": cluster.id, "task": make_task(session, each, cluster, "Roses").id}
        found["article"] = make_article(session, each).id
    for action, kind, name in (
        ("cluster_keywords", "keyword", "items"),
        ("generate_ideas", "cluster", "items"),
        ("generate_content", "task", "items"),
        ("link_content", "article", "articles"),
        ("optimize_content", "article", "articles"),
    ):
        check_actions(session, site, RuleTrigger.SCHEDULE, [action_of(action, **{name: [own[kind]]})])
        both = action_of(action, **{name: [own[kind], foreign[kind]]})
        refused = refusal(session, site, RuleTrigger.SCHEDULE, both)
        assert refused.field == f"actions.0.params.{name}"
        assert str(refused).endswith(f"with these ids: {foreign[kind]}.")
        twice = refusal(session, site, RuleTrigger.SCHEDULE, action_of(action, **{name: [own[kind], own[kind]]}))
        assert "more than once" in str(twice)


def test_a_thousand_ids_are_one_statement_and_ten_of_the_missing_are_named(session: Session, site: Site) -> None:
    ids = [each.id for each in make_keywords(session, site, 1_000)]
    wanted = [action_of("cluster_keywords", items=ids)]
    assert count_statements(session, lambda: check_actions(session, site, RuleTrigger.SCHEDULE, wanted)) == 1
    missing = [each + 10_000 for each in ids[:13]]
    told = str(refusal(session, site, RuleTrigger.SCHEDULE, action_of("cluster_keywords", items=missing)))
    assert told.endswith(f"{missing[9]} and 3 more.")


def test_a_foreign_website_a_stage_named_twice_and_an_empty_message_are_refused(session: Session, site: Site) -> None:
    own, foreign = (make_blueprint(session, each).id for each in (site, make_site(session)))
    named = [action_of("generate_site_structure", **given) for given in ({}, {"blueprint_id": own})]
    check_actions(session, site, RuleTrigger.SCHEDULE, named)
    structure = action_of("generate_site_structure", blueprint_id=foreign)
    assert refusal(session, site, RuleTrigger.SCHEDULE, structure).field == "actions.0.params.blueprint_id"
    twice = action_of("run_pipeline", stages=[1, 1])
    assert refusal(session, site, RuleTrigger.SCHEDULE, twice).field == "actions.0.params.stages"
    nothing = action_of("notify", message=" … ")
    assert refusal(session, site, RuleTrigger.SCHEDULE, nothing).field == "actions.0.params.message"


def test_every_action_has_its_kind_under_its_own_name() -> None:
    assert set(RuleAction) == set(KINDS)
    assert [kind.action for kind in KINDS.values()] == list(KINDS)
