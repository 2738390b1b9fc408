"""Rules are made, changed, switched and deleted; what could never do what it says is refused, naming the field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import ChangedMeanwhile, Conflict, InvalidInput, NotFound
from igny8_lib.models import AutomationRule, ExecutionStatus, RuleExecution, Site
from igny8_lib.rules import saving
from igny8_lib.rules.documents import BadRule, RuleDocument
from igny8_lib.rules.finding import find_rule
from igny8_lib.rules.saving import MOST_RULES, change, create, delete, document_of, switch
from tests.factories.planner import make_keywords
from tests.factories.rules import make_execution, make_rule
from tests.factories.sites import make_site

CLUSTER = {"type": "cluster_keywords", "params": {"items": "matched"}}
PIPELINE = {"type": "run_pipeline"}
VOLUME = {"field": "volume", "operator": "gte", "value": 100}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, slug="blog")


def document(**given: Any) -> RuleDocument:
    """Of a rule that clusters keywords as they are added, unless something else is given."""
    usual = {"name": "Cluster new keywords", "trigger": "keyword_added", "conditions": [VOLUME], "actions": [CLUSTER]}
    return RuleDocument.parse(usual | given)


def scheduled(**given: Any) -> RuleDocument:
    """Of a rule that runs the pipeline each morning."""
    usual = {"trigger": "schedule", "schedule": "0 6 * * *", "conditions": [], "actions": [PIPELINE]}
    return document(**(usual | given))


def changed(session: Session, site: Site, rule: AutomationRule, wanted: RuleDocument) -> AutomationRule:
    """The rule after a change of its newest version."""
    return change(session, site, rule.id, wanted, version=rule.version, by="bob")


def test_a_rule_says_what_was_written_down(session: Session, site: Site) -> None:
    wanted = document(max_executions_per_day=3, credit_limit_per_execution=50.5)
    rule = create(session, site, wanted, by="ann")
    session.expire_all()
    assert document_of(rule) == wanted
    assert (rule.created_by, rule.version, rule.is_active, rule.next_due_at) == ("ann", 1, True, None)


def test_names_and_schedules_are_kept_without_what_nobody_sees(session: Session, site: Site) -> None:
    rule = create(session, site, scheduled(name=" Every\u200b  morning\u202e ", schedule=" 0  6 * * *"), by="ann")
    assert (rule.name, rule.schedule) == ("Every morning", "0 6 * * *")


@pytest.mark.parametrize(
    ("given", "field", "reason"),
    [
        ({"name": "\u200b "}, "name", "at least one character to see"),
        ({"schedule": "0 6 * * *"}, "schedule", "keyword_added sets off has no schedule"),
        ({"trigger": "schedule", "actions": [PIPELINE], "conditions": []}, "schedule", "Say when"),
        (
            {"trigger": "schedule", "schedule": "0 6 31 2 *", "actions": [PIPELINE], "conditions": []},
            "schedule",
            "never",
        ),
        ({"conditions": [VOLUME, VOLUME | {"field": "size"}]}, "conditions.1.field", "volume"),
        ({"conditions": [VOLUME | {"operator": "contains"}]}, "conditions.0.operator", "does not fit volume"),
        ({"conditions": [VOLUME | {"value": "many"}]}, "conditions.0.value", "number"),
        ({"conditions": [{"field": "keyword", "operator": "eq", "value": "a\x00b"}]}, "conditions.0.value", "no text"),
        ({"actions": [{"type": "notify", "params": {"message": "a\x00b"}}]}, "actions.0.params.message", "no text"),
        (
            {"actions": [CLUSTER, {"type": "generate_site_structure", "params": {"blueprint_id": 1}}]},
            "actions.1.params.blueprint_id",
            "no blueprint 1",
        ),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_field(
    session: Session, site: Site, given: dict[str, Any], field: str, reason: str
) -> None:
    with pytest.raises(BadRule, match=reason) as refused:
        create(session, site, document(**given), by="ann")
    assert refused.value.field.startswith(field)
    assert session.scalar(select(func.count()).select_from(AutomationRule)) == 0


def test_what_an_action_names_must_be_of_the_site(session: Session, site: Site) -> None:
    (mine,), (other,) = make_keywords(session, site, 1), make_keywords(session, make_site(session), 1)

    def named(*ids: int) -> RuleDocument:
        return document(actions=[CLUSTER, {"type": "cluster_keywords", "params": {"items": list(ids)}}])

    with pytest.raises(BadRule, match=f"{other.id}") as refused:
        create(session, site, named(mine.id, other.id), by="ann")
    assert refused.value.field == "actions.1.params.items"
    rule = create(session, site, named(mine.id), by="ann")
    with pytest.raises(BadRule, match=f"{other.id}"):
        changed(session, site, rule, named(other.id))
    assert rule.version == 1


@pytest.mark.parametrize("taken", ["Cluster new keywords", "CLUSTER new keywords", "Cluster new  keywords"])
def test_a_name_that_people_take_for_another_rules_is_refused_naming_it(
    session: Session, site: Site, taken: str
) -> None:
    create(session, site, document(), by="ann")
    other = create(session, site, document(name="Another one"), by="ann")
    with pytest.raises(Conflict, match="called “Cluster new keywords” already"):
        create(session, site, document(name=taken), by="ann")
    with pytest.raises(Conflict, match="called “Cluster new keywords” already"):
        changed(session, site, other, document(name=taken))
    create(session, make_site(session), document(), by="ann")


def test_a_rule_may_be_called_as_it_is_called_in_other_letters(session: Session, site: Site) -> None:
    rule = create(session, site, document(), by="ann")
    assert changed(session, site, rule, document(name="CLUSTER new keywords")).name == "CLUSTER new keywords"


def test_a_site_has_so_many_rules_at_most(session: Session, site: Site) -> None:
    for _ in range(MOST_RULES):
        make_rule(session, site)
    with pytest.raises(Conflict, match=f"blog has {MOST_RULES} rules"):
        create(session, site, document(), by="ann")
    create(session, make_site(session), document(), by="ann")


def test_a_change_is_the_next_version_and_one_from_an_older_version_is_refused(session: Session, site: Site) -> None:
    rule = create(session, site, document(), by="ann")
    assert changed(session, site, rule, document(max_executions_per_day=1)).version == 2
    with pytest.raises(ChangedMeanwhile, match="version 2 of the rule") as refused:
        change(session, site, rule.id, document(max_executions_per_day=2), version=1, by="cid")
    assert (refused.value.yours, refused.value.now, rule.max_executions_per_day) == (1, 2, 1)
    with pytest.raises(InvalidInput, match="has no version 3"):
        change(session, site, rule.id, document(), version=3, by="cid")


def test_a_change_that_changes_nothing_makes_no_version(session: Session, site: Site) -> None:
    rule = create(session, site, document(credit_limit_per_execution=5), by="ann")
    before = (rule.version, rule.updated_at, rule.active_since)
    changed(session, site, rule, document(credit_limit_per_execution=5.0))
    assert (rule.version, rule.updated_at, rule.active_since) == before


def test_true_in_place_of_one_is_a_change(session: Session, site: Site) -> None:
    wanted = {"field": "keyword", "operator": "in"}
    rule = create(session, site, document(conditions=[wanted | {"value": ["1"]}]), by="ann")
    assert saving.changed(rule, {"conditions": [wanted | {"value": [1]}]})
    assert saving.changed(rule, {"is_active": 1}), "JSON has both"


@pytest.mark.parametrize(
    ("wanted", "starts_anew"),
    [
        (document(name="Another name"), False),
        (document(max_executions_per_day=1, credit_limit_per_execution=5), False),
        (document(actions=[PIPELINE]), False),
        (document(conditions=[]), True),
        (scheduled(), True),
    ],
)
def test_what_happened_before_its_trigger_or_conditions_changed_does_not_set_a_rule_off(
    *, session: Session, site: Site, wanted: RuleDocument, starts_anew: bool
) -> None:
    rule = create(session, site, document(), by="ann")
    rule.active_since = rule.updated_at = LONG_AGO
    changed(session, site, rule, wanted)
    assert (rule.active_since > LONG_AGO, rule.updated_at > LONG_AGO) == (starts_anew, True)


def test_a_schedule_is_looked_at_next_on_a_quarter_of_an_hour_of_the_sites_zone(session: Session, site: Site) -> None:
    site.timezone = "Asia/Kathmandu"
    rule = create(session, site, scheduled(schedule="5 6 * * *"), by="ann")
    due = rule.next_due_at
    assert due is not None
    assert clock.now() < due <= clock.now() + timedelta(days=1, minutes=15)
    assert (due.astimezone(UTC).strftime("%H:%M"), rule.planned_zone) == ("00:30", "Asia/Kathmandu")


def test_a_change_of_something_else_leaves_the_time_at_which_a_schedule_is_due(session: Session, site: Site) -> None:
    rule = create(session, site, scheduled(), by="ann")
    rule.next_due_at = LONG_AGO
    changed(session, site, rule, scheduled(name="Another name"))
    assert rule.next_due_at == LONG_AGO, "due, and not yet looked at"
    changed(session, site, rule, scheduled(name="Another name", schedule="0 7 * * *"))
    assert rule.next_due_at > LONG_AGO


def test_a_rule_with_another_trigger_or_switched_off_is_never_due(session: Session, site: Site) -> None:
    rule = create(session, site, scheduled(), by="ann")
    off = switch(session, site, rule.id, on=False, by="ann")
    assert (off.next_due_at, off.planned_zone, off.is_active) == (None, "", False)
    assert switch(session, site, rule.id, on=True, by="ann").next_due_at is not None
    other = changed(session, site, rule, document())
    assert (other.next_due_at, other.schedule) == (None, "")
    assert create(session, site, scheduled(name="Off", is_active=False), by="ann").next_due_at is None


@pytest.mark.parametrize("by_document", [True, False])
def test_switching_on_forgets_failures_and_what_happened_meanwhile(
    *, session: Session, site: Site, by_document: bool
) -> None:
    rule = create(session, site, document(is_active=False), by="ann")
    rule.failures_in_a_row, rule.switched_off_because, rule.switched_off_told_at = 5, "It failed.", LONG_AGO
    rule.active_since = LONG_AGO
    on = changed(session, site, rule, document()) if by_document else switch(session, site, rule.id, on=True, by="ann")
    assert (on.is_active, on.failures_in_a_row, on.version) == (True, 0, 2)
    assert (on.switched_off_because, on.switched_off_told_at) == (None, None)
    assert on.active_since > LONG_AGO


@pytest.mark.parametrize("on", [True, False])
def test_a_rule_that_stands_there_already_is_left_alone(*, session: Session, site: Site, on: bool) -> None:
    rule = create(session, site, document(is_active=on), by="ann")
    rule.failures_in_a_row, rule.active_since = 3, LONG_AGO
    switch(session, site, rule.id, on=on, by="ann")
    assert (rule.version, rule.failures_in_a_row, rule.active_since) == (1, 3, LONG_AGO)


def test_a_rule_that_fits_its_site_no_longer_is_not_switched_on(session: Session, site: Site) -> None:
    rule = make_rule(session, site, is_active=False, conditions=[VOLUME | {"field": "gone"}])
    with pytest.raises(BadRule) as refused:
        switch(session, site, rule.id, on=True, by="ann")
    assert refused.value.field == "conditions.0.field"
    assert not switch(session, site, rule.id, on=False, by="ann").is_active


def test_what_a_deleted_rule_did_stays_in_the_history(session: Session, site: Site) -> None:
    rule = create(session, site, document(), by="ann")
    waiting, done = (
        make_execution(session, rule, status=status, finished_at=at)
        for status, at in ((ExecutionStatus.PENDING, None), (ExecutionStatus.COMPLETED, LONG_AGO))
    )
    assert delete(session, site.id, rule.id) == "Cluster new keywords"
    session.expire_all()
    assert [each.rule_id for each in session.scalars(select(RuleExecution))] == [None, None]
    assert {waiting.rule_name, done.rule_name} == {"Cluster new keywords"}
    create(session, site, document(), by="ann")


def test_another_sites_rule_is_not_there(session: Session, site: Site) -> None:
    rule = create(session, make_site(session), document(), by="ann")
    for attempt in (
        lambda: find_rule(session, site.id, rule.id),
        lambda: change(session, site, rule.id, document(), version=1, by="ann"),
        lambda: switch(session, site, rule.id, on=False, by="ann"),
        lambda: delete(session, site.id, rule.id),
    ):
        with pytest.raises(NotFound, match=f"no rule {rule.id}"):
            attempt()
