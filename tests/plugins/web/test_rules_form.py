"""A rule's form: it says whatever rule there can be, offers what fits, and tells what is wrong at its field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from igny8_web.pages.frame import Frame
from igny8_web.pages.improving import Place
from igny8_web.pages.rules.changing import fitted, pressed
from igny8_web.pages.rules.filling import form_of
from igny8_web.pages.rules.offers import ACTIONS, OF_ARTICLES, TAKEN, TRIGGERS
from igny8_web.pages.rules.typed import ActionRow, ConditionRow, Typed, read
from igny8_web.pages.rules.view import Wizard
from igny8_web.pages.rules.written import DoesNotFit, document_of, field_of
from igny8_web.pages.templating import Base, environment

from igny8_lib.errors import InvalidInput
from igny8_lib.models import ContentSource, RuleAction, RuleTrigger
from igny8_lib.rules.actions.kinds import KINDS, fits
from igny8_lib.rules.documents import MOST_ACTIONS, MOST_CONDITIONS, Operator, RuleDocument
from igny8_lib.rules.facts import FACTS, Fact, FactKind
from igny8_lib.rules.ready_made import READY_MADE
from igny8_lib.text.normalisation import normalise
from tests.plugins.web.filled import sent

PLACE = Place("Blog", "blog", "Europe/Berlin", "sites/blog", "Rules", (), Frame(), True, True, True)  # noqa: FBT003

TELLING = ActionRow("notify", message="Look.")


def shown(typed: Typed) -> str:
    """The form as a page has it."""
    return (
        environment()
        .get_template("rules/form.html")
        .render(base=Base("/igny8"), place=PLACE, view=Wizard(typed, "Europe/Berlin", None))
    )


plain = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.sampled_from("<>&\"'{},;%"), min_size=1)
texts = plain.map(lambda text: text[:100].strip()).filter(lambda text: bool(normalise(text)))
numbers = st.integers(-(10**12), 10**12) | st.decimals(-(10**6), 10**6, places=4).map(float)
VALUES = {FactKind.TEXT: texts, FactKind.NUMBER: numbers, FactKind.FLAG: st.booleans()}


def conditions_on(fact: Fact) -> st.SearchStrategy[dict[str, Any]]:
    """Every condition on a fact."""
    one = st.sampled_from(fact.choices) if fact.kind is FactKind.CHOICE else VALUES[fact.kind]
    several = st.lists(one, min_size=1, max_size=5, unique=fact.kind is FactKind.CHOICE)
    if fact.kind is FactKind.CHOICE:
        several = several.map(lambda chosen: sorted(chosen, key=fact.choices.index))
    return st.sampled_from(fact.operators).flatmap(
        lambda operator: st.fixed_dictionaries(
            {
                "field": st.just(fact.name),
                "operator": st.just(operator),
                "value": several if operator is Operator.IN else one,
            }
        )
    )


WITHOUT_ITEMS = {RuleAction.NOTIFY, RuleAction.RUN_PIPELINE, RuleAction.GENERATE_SITE_STRUCTURE}


def actions_after(trigger: RuleTrigger) -> st.SearchStrategy[dict[str, Any]]:
    """Every action that a rule of the trigger can have."""
    return st.sampled_from(list(ACTIONS)).flatmap(lambda kind: params_of(trigger, kind))


def params_of(trigger: RuleTrigger, kind: RuleAction) -> st.SearchStrategy[dict[str, Any]]:
    """Every action of a kind."""
    ids = st.lists(st.integers(1, 10**9), min_size=1, max_size=4)
    matched = [st.just("matched")] if fits(trigger, kind) else []
    articles = {"articles": st.one_of(*matched, st.just("all"), ids)}
    articles |= {"score_below": st.none() | st.integers(1, 100), "source": st.none() | st.sampled_from(ContentSource)}
    params: dict[str, st.SearchStrategy[Any]] = {"items": st.one_of(*matched, st.just("waiting"), ids)}
    if kind is RuleAction.NOTIFY:
        params = {"message": st.lists(texts, min_size=1, max_size=3).map("\n".join)}
    elif kind is RuleAction.RUN_PIPELINE:
        params = {"stages": st.sets(st.integers(1, 7), min_size=1).map(sorted)}
    elif kind is RuleAction.GENERATE_SITE_STRUCTURE:
        params = {"blueprint_id": st.none() | st.integers(1, 10**9)}
    elif kind in OF_ARTICLES:
        params = articles
    return st.fixed_dictionaries({"type": st.just(kind), "params": st.fixed_dictionaries(params)})


def documents_of(trigger: RuleTrigger) -> st.SearchStrategy[RuleDocument]:
    """Every rule of a trigger."""
    conditions = st.one_of([conditions_on(fact) for fact in FACTS[trigger]])
    timed = trigger is RuleTrigger.SCHEDULE
    parts = {
        "name": texts,
        "trigger": st.just(trigger),
        "conditions": st.lists(conditions, max_size=4),
        "actions": st.lists(actions_after(trigger), min_size=1, max_size=3),
        "schedule": st.sampled_from(["0 6 * * 1-5", "*/15 * * * *"]) if timed else st.just(""),
        "is_active": st.booleans(),
        "max_executions_per_day": st.integers(0, 1_000),
        "credit_limit_per_execution": st.integers(0, 2_000).map(lambda halves: halves / 2),
    }
    return st.fixed_dictionaries(parts).map(RuleDocument.parse)


@given(st.sampled_from(RuleTrigger).flatmap(documents_of))
def test_every_rule_comes_out_of_its_form_as_it_went_in(document: RuleDocument) -> None:
    back = read(sent(shown(form_of(document, 7))))
    assert (document_of(back), back.version) == (document, 7)
    assert document_of(pressed(back, "show")) == document, "and every choice that stands in it is offered"


@pytest.mark.parametrize("each", READY_MADE, ids=lambda each: each.key)
def test_ready_made_rules_fill_the_form(each: Any) -> None:
    assert document_of(read(sent(shown(form_of(each.document))))) == each.document


def test_every_kind_of_action_and_every_trigger_is_offered() -> None:
    assert set(ACTIONS) == set(KINDS)
    assert {value for value, _ in TRIGGERS} == set(RuleTrigger)
    assert set(TAKEN) == set(ACTIONS) - WITHOUT_ITEMS


@pytest.mark.parametrize("number", ["rose", "-1", "0", "1.5"])
def test_what_is_no_number_of_a_website_is_told_beside_its_field(number: str) -> None:
    row = ActionRow("generate_site_structure", blueprint_id=number)
    with pytest.raises(DoesNotFit) as refused:
        document_of(Typed(RuleTrigger.RUN_FAILED, name="Plan", actions=[row]))
    assert set(refused.value.errors) == {"do_0_blueprint_id"}


def test_a_row_offers_the_facts_of_the_trigger_and_the_operators_of_the_fact() -> None:
    row = ConditionRow("intent", "eq", "commercial")
    html = shown(Typed(RuleTrigger.KEYWORD_ADDED, conditions=[row]))
    assert 'value="word_count"' not in html
    assert 'value="gte"' not in html
    assert '<select id="if_0_value"' in html
    assert 'inputmode="decimal" size="9"' in shown(
        Typed(RuleTrigger.KEYWORD_ADDED, conditions=[ConditionRow("volume", "gte", "100")])
    )


def test_what_matched_is_offered_only_where_the_action_takes_it() -> None:
    assert "the keywords that match" in shown(fitted(Typed(RuleTrigger.KEYWORD_ADDED)))
    assert "that match<" not in shown(fitted(Typed(RuleTrigger.RUN_FAILED)))


def test_another_fact_of_another_kind_begins_with_its_first_comparison_and_keeps_the_value() -> None:
    row = ConditionRow("volume", "eq", "100", was="keyword")
    (changed,) = fitted(Typed(RuleTrigger.KEYWORD_ADDED, conditions=[row])).conditions
    assert (changed.operator, changed.value) == ("gte", "100")
    (kept,) = fitted(
        Typed(RuleTrigger.KEYWORD_ADDED, conditions=[ConditionRow("difficulty", "lt", "9", was="volume")])
    ).conditions
    assert kept.operator == "lt"


def test_a_fact_that_another_trigger_lacks_stays_named_and_is_told() -> None:
    typed = fitted(Typed(RuleTrigger.RUN_FAILED, name="A", conditions=[ConditionRow("volume", "gte", "100")]))
    again = read(sent(shown(typed)))
    assert (again.conditions[0].field, again.conditions[0].value) == ("volume", "100")
    with pytest.raises(DoesNotFit) as problem:
        document_of(again)
    assert problem.value.errors.keys() == {"if_0_field"}


def test_everything_that_is_wrong_is_told_at_its_field() -> None:
    conditions = [
        ConditionRow("volume", "gte", "many"),
        ConditionRow("intent", "in"),
        ConditionRow("keyword", "eq", ""),
    ]
    actions = [
        ActionRow("cluster_keywords", "these", ids="12, x"),
        ActionRow("notify"),
        ActionRow("run_pipeline", stages=()),
        ActionRow("link_content", "all", score_below="101"),
    ]
    typed = Typed(
        RuleTrigger.KEYWORD_ADDED,
        conditions=conditions,
        actions=actions,
        max_executions_per_day="-1",
        credit_limit_per_execution="0.3",
    )
    with pytest.raises(DoesNotFit) as problem:
        document_of(typed)
    wrong = problem.value.errors
    rows = {"if_0_value", "if_1_value", "if_2_value", "do_0_ids", "do_1_message", "do_2_stages", "do_3_score_below"}
    assert wrong.keys() == rows | {"name", "max_executions_per_day", "credit_limit_per_execution"}
    assert wrong["if_0_value"] == "“many” is no number. Enter a number, for example 100 or 0.5."
    html = shown(Typed(**{**vars(typed), "errors": wrong}))
    assert [field for field in wrong if f'id="{field}-said"' not in html] == []


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("conditions.3.value", "if_3_value"),
        ("conditions.0.value.2", "if_0_value"),
        ("conditions.1.field", "if_1_field"),
        ("actions.1.params.items", "do_1_items"),
        ("actions.1.params.articles.0", "do_1_items"),
        ("actions.2.params.stages", "do_2_stages"),
        ("actions.0.type", "do_0_type"),
        ("schedule", "schedule"),
        ("conditions", "rule"),
        ("rule", "rule"),
    ],
)
def test_a_complaint_of_the_library_finds_its_field(place: str, field: str) -> None:
    assert field_of(place) == field


def test_rows_are_added_taken_out_and_moved() -> None:
    typed = fitted(Typed(RuleTrigger.KEYWORD_ADDED, actions=[ActionRow("notify", message="a"), ActionRow()]))
    two = pressed(pressed(typed, "add_if"), "add_if")
    assert [row.field for row in two.conditions] == ["keyword", "keyword"]
    assert len(pressed(two, "drop_if_1").conditions) == 1
    assert [row.type for row in pressed(two, "up_do_1").actions] == ["cluster_keywords", "notify"]
    assert [row.type for row in pressed(two, "drop_do_0").actions] == ["cluster_keywords"]
    for nonsense in ("drop_if_9", "drop_if_x", "up_do_", "fly_do_0", "", "add_xx"):
        assert pressed(two, nonsense) == two


def test_there_are_never_more_rows_than_a_rule_may_have() -> None:
    typed = Typed(RuleTrigger.KEYWORD_ADDED)
    for _ in range(30):
        typed = pressed(pressed(typed, "add_if"), "add_do")
    assert (len(typed.conditions), len(typed.actions)) == (MOST_CONDITIONS, MOST_ACTIONS)
    assert "Add a condition" not in shown(typed)
    assert len(sent(shown(typed))) < 300


@given(st.dictionaries(st.sampled_from([f"if_{n}_field" for n in range(99)] + ["trigger", "name", "do_0_type"]), plain))
def test_a_form_that_is_not_whole_is_refused(posted: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="did not arrive whole"):
        read(posted)


def test_several_numbers_stand_one_a_line_and_commas_only_part_thousands() -> None:
    row = ConditionRow("volume", "in", "1,234\n\n 0.5 ")
    (condition,) = document_of(
        Typed(RuleTrigger.KEYWORD_ADDED, name="A", conditions=[row], actions=[TELLING])
    ).conditions
    assert condition.value == (1234, 0.5)
    with pytest.raises(DoesNotFit, match="“100, 200” is no number"):
        document_of(Typed(RuleTrigger.KEYWORD_ADDED, conditions=[ConditionRow("volume", "in", "100, 200")]))
