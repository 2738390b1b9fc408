"""The pages of rules: written as a sentence, saved or told why not, tested, switched, executed, tried again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from httpx import Response
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRule, BegunBy, ExecutionStatus, Module, RuleExecution, RuleTrigger, Site
from igny8_lib.rules.saving import document_of
from igny8_lib.sites.modules import set_module
from tests.factories.planner import make_keywords
from tests.factories.rules import TELL, make_execution, make_rule
from tests.plugins.web.filled import sent
from tests.plugins.web.house import PAGES, House

PAGE = f"{PAGES}/sites/blog/rules"
HTMX = {"HX-Request": "true"}
VOLUME = {"field": "volume", "operator": "gte", "value": 100}
FORM = "#rule"


@pytest.fixture
def site(house: House, session: Session) -> Site:
    return session.get_one(Site, house.blog)


@pytest.fixture
def rule(session: Session, site: Site) -> AutomationRule:
    """When keywords are added and volume is at least 100, cluster them."""
    made = make_rule(session, site, name="Cluster them", conditions=[VOLUME])
    session.commit()
    return made


@pytest.fixture
def keywords(session: Session, site: Site) -> list[int]:
    """Eight keywords that wait; the last two are searched for seldom."""
    made = make_keywords(session, site, 8)
    for keyword in made[6:]:
        keyword.volume = 80
    session.commit()
    return [keyword.id for keyword in made]


def filled(house: House, path: str = "/new?start=blank", **typed: str) -> dict[str, str]:
    """A form as the owner's browser sends it, with what he typed."""
    return sent(house.browser("owner").get(PAGE + path).text, FORM) | typed


def press(house: House, form: dict[str, str], button: str, **typed: str) -> dict[str, str]:
    """The form after one of its buttons, without script."""
    answer = house.browser("owner").post(f"{PAGE}/draft", data=form | typed | {"press": button})
    assert answer.status_code == 200, answer.text
    return sent(answer.text, FORM)


def save(house: House, form: dict[str, str], path: str = "/new", who: str = "owner") -> Response:
    answer: Response = house.browser(who).post(PAGE + path, data=form)
    return answer


def plain(answer: Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ")


def end(execution: RuleExecution, status: ExecutionStatus, **values: Any) -> None:
    """Let an execution be over."""
    execution.status, execution.started_at, execution.finished_at = status, clock.now(), clock.now()
    for name, value in values.items():
        setattr(execution, name, value)


def test_nothing_yet_says_what_to_do(house: House) -> None:
    assert "No rule yet" in house.browser("owner").get(PAGE).text
    assert "Owners and admins of the account make rules" in house.browser("editor").get(PAGE).text
    assert "No rule was executed yet" in house.browser("viewer").get(f"{PAGE}/history").text


def test_a_rule_is_begun_with_a_ready_made_one(house: House, session: Session) -> None:
    start = house.browser("owner").get(f"{PAGE}/new").text
    key = re.search(r"start=(?!blank)([\w-]+)", start)
    assert key is not None
    answer = save(house, filled(house, f"/new?start={key[1]}"))
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, PAGE)
    assert session.query(AutomationRule).one().name in house.browser("owner").get(answer.headers["location"]).text
    assert house.browser("owner").get(f"{PAGE}/new?start=nothing-of-the-kind").status_code == 404


def test_a_rule_is_written_without_script(house: House, session: Session) -> None:
    form = press(house, filled(house), "add_if")
    form = press(house, form, "show", if_0_field="volume")
    assert form["if_0_operator"] == "gte", "the first that fits another kind of fact"
    form = press(house, form, "add_do", if_0_value="100", name="Cluster and tell")
    form = press(house, form, "show", do_1_type="notify")
    answer = save(house, form | {"do_1_message": "Done."} | {"max_executions_per_day": "3"})
    assert answer.status_code == 303
    made = document_of(session.query(AutomationRule).one())
    assert (made.name, made.max_executions_per_day, made.is_active) == ("Cluster and tell", 3, True)
    assert [each.model_dump(mode="json") for each in made.conditions] == [VOLUME]
    assert [each.type.value for each in made.actions] == ["cluster_keywords", "notify"]
    told = plain(house.browser("owner").get(answer.headers["location"]))
    assert "“Cluster and tell” is saved." in told
    assert "When keywords are added and volume is at least 100, cluster them and tell people “Done" in told


def test_everything_wrong_stands_at_its_field_and_what_was_typed_stays(house: House, session: Session) -> None:
    form = press(house, filled(house), "add_if") | {
        "if_0_field": "volume",
        "if_0_operator": "gte",
        "if_0_value": "many",
    }
    form |= {"max_executions_per_day": "often"}
    answer = save(house, form)
    assert answer.status_code == 422
    told = plain(answer)
    for sentence in ("Give the rule a name", "“many” is no number", "from 0 to 1,000", "3 fields need a look"):
        assert sentence in told
    again = sent(answer.text, FORM)
    assert (again["if_0_value"], again["max_executions_per_day"]) == ("many", "often")
    assert session.query(AutomationRule).count() == 0


def test_what_only_the_library_knows_to_be_wrong_stands_at_its_field_too(house: House) -> None:
    timed = {"name": "Never", "trigger": "schedule", "schedule": "0 6 31 2 *"}
    form = press(house, filled(house), "show", **timed)
    answer = save(house, form)
    assert answer.status_code == 422
    assert re.search(r'id="schedule-said">.*?never fires', answer.text, re.S)
    strange = press(house, filled(house), "show", name="A", do_0_items="these") | {"do_0_ids": "999999"}
    answer = save(house, strange)
    assert (answer.status_code, 'id="do_0_items-said"' in answer.text) == (422, True)
    assert "999999" in plain(answer)


def test_a_name_that_is_taken_is_told_at_the_name(house: House, rule: AutomationRule) -> None:
    answer = save(house, filled(house, name=rule.name.upper()))
    assert answer.status_code == 409
    assert re.search(r'id="name-said">.*?is called “Cluster them” already', answer.text, re.S)


def test_a_stale_save_is_refused_with_both_versions_and_can_be_put_over_the_newer(
    house: House, session: Session, rule: AutomationRule
) -> None:
    mine = filled(house, f"/{rule.id}", name="Mine")
    assert save(house, filled(house, f"/{rule.id}", credit_limit_per_execution="50"), f"/{rule.id}").status_code == 303
    answer = save(house, mine, f"/{rule.id}")
    assert answer.status_code == 409
    assert "Somebody saved version 2 while you changed version 1." in plain(answer)
    assert "for at most 50 credits" in plain(answer)
    again = sent(answer.text, FORM)
    assert (again["name"], again["version"]) == ("Mine", "2")
    assert save(house, again, f"/{rule.id}").status_code == 303
    session.expire_all()
    assert (rule.name, rule.version) == ("Mine", 3)


def test_saving_with_script_leads_on_by_a_header(house: House, rule: AutomationRule) -> None:
    form = filled(house, f"/{rule.id}", name="Other")
    answer = house.browser("owner").post(f"{PAGE}/{rule.id}", data=form, headers=HTMX)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, f"{PAGE}?saved={rule.id}")


@pytest.mark.parametrize("path", ["/new", "/draft", "/test"])
def test_a_form_that_is_not_whole_changes_nothing(house: House, session: Session, path: str) -> None:
    form = filled(house, name="A")
    del form["max_executions_per_day"]
    answer = house.browser("owner").post(PAGE + path, data=form)
    assert (answer.status_code, "did not arrive whole" in answer.text) == (400, True)
    assert session.query(AutomationRule).count() == 0


def test_the_test_says_what_matches_why_the_others_do_not_and_what_it_costs(
    house: House, sessions: Sessions, rule: AutomationRule, keywords: list[int]
) -> None:
    told = plain(house.browser("owner").post(f"{PAGE}/test", data=filled(house, f"/{rule.id}")))
    assert "When keywords are added and volume is at least 100, cluster them" in told
    assert "6 of 8 keywords match" in told
    assert "Volume 80 is not ≥ 100" in told
    assert "credits at most" in told
    with sessions() as session:
        assert session.query(RuleExecution).count() == 0, "nothing is executed"
    stored = plain(house.browser("editor").get(f"{PAGE}/{rule.id}/test"))
    assert "6 of 8 keywords match" in stored
    assert keywords


def test_a_rule_that_is_not_complete_is_tested_as_far_as_it_says_something(house: House) -> None:
    form = press(house, filled(house), "add_if")
    told = plain(house.browser("owner").post(f"{PAGE}/test", data=form))
    assert "The rule is not complete yet." in told
    assert "Enter a text to compare with." in told
    assert "Give the rule a name" not in told


def test_without_script_the_test_stands_on_the_page(house: House, keywords: list[int]) -> None:
    answer = house.browser("owner").post(f"{PAGE}/draft", data=filled(house) | {"press": "test"})
    assert f"{len(keywords)} of 8 keywords match" in plain(answer)


def test_who_may_not_manage_reads_the_rule_and_finds_no_button(house: House, rule: AutomationRule) -> None:
    page = house.browser("viewer").get(f"{PAGE}/{rule.id}").text
    assert " disabled" in re.findall(r"<fieldset[^>]*>", page)[0]
    assert not re.search(r"<button[^>]*>(?:<svg.*?</svg>)?(Save|Add|Delete|Execute|Test)", page)
    for who in ("viewer", "editor"):
        for path in ("/new", "/draft", f"/{rule.id}", f"/{rule.id}/switch", f"/{rule.id}/delete"):
            assert house.browser(who).post(PAGE + path, data={}).status_code == 403
    assert 'type="checkbox"' not in house.browser("viewer").get(PAGE).text


def test_a_rule_is_switched_in_the_list(house: House, session: Session, rule: AutomationRule) -> None:
    browser = house.browser("owner")
    off = browser.post(f"{PAGE}/{rule.id}/switch", headers=HTMX)
    assert (off.status_code, "%E2%80%9D%20is%20off" in off.headers["X-Said"]) == (200, True)
    session.expire_all()
    assert not rule.is_active
    assert browser.post(f"{PAGE}/{rule.id}/switch", data={"on": "on"}).status_code == 303
    session.expire_all()
    assert rule.is_active


def test_a_rule_that_was_switched_off_by_itself_says_why(house: House, session: Session, rule: AutomationRule) -> None:
    rule.is_active, rule.switched_off_because = False, "It failed five times in a row; last: no answer."
    session.commit()
    for path in ("", f"/{rule.id}"):
        assert "It failed five times in a row; last: no answer." in house.browser("viewer").get(PAGE + path).text


def test_a_rule_is_executed_by_hand_and_leads_to_its_execution(
    house: House, session: Session, rule: AutomationRule, keywords: list[int]
) -> None:
    answer = house.browser("editor").post(f"{PAGE}/{rule.id}/execute")
    made = session.query(RuleExecution).one()
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}/executions/{made.id}")
    assert (made.begun_by, made.requested_by, made.matched_ids) == (BegunBy.PERSON, "editor", keywords[:6])
    page = house.browser("viewer").get(answer.headers["location"])
    assert "By hand, editor" in plain(page)
    assert "6 of 8" in plain(page)
    assert 'hx-trigger="every 3s"' in page.text


def test_executing_where_nothing_matches_says_so(house: House, rule: AutomationRule) -> None:
    answer = house.browser("owner").post(f"{PAGE}/{rule.id}/execute", headers=HTMX)
    assert (answer.status_code, "has no keyword" in answer.text) == (400, True)
    assert answer.headers["hx-retarget"] == "#problem"


def test_a_deleted_rule_leaves_its_history(house: House, session: Session, rule: AutomationRule) -> None:
    end(make_execution(session, rule), ExecutionStatus.FAILED, result="It failed.", error="No answer.")
    session.commit()
    gone = house.browser("owner").post(f"{PAGE}/{rule.id}/delete")
    assert "“Cluster them” is deleted." in plain(house.browser("owner").get(gone.headers["location"]))
    history = plain(house.browser("owner").get(f"{PAGE}/history"))
    assert "Cluster them" in history
    assert "Try again" not in history, "there is no rule to do it"
    assert house.browser("owner").get(f"{PAGE}/{rule.id}").status_code == 404


def test_the_history_is_filtered_by_rule_state_and_beginning(
    house: House, session: Session, site: Site, rule: AutomationRule
) -> None:
    other = make_rule(session, site, name="Tell us", trigger=RuleTrigger.RUN_FAILED, actions=[TELL])
    end(make_execution(session, rule), ExecutionStatus.COMPLETED, result="Clustered 6 keywords.")
    end(make_execution(session, other), ExecutionStatus.FAILED, result="Nobody was told.", error="No answer.")
    make_execution(session, rule, begun_by=BegunBy.PERSON, requested_by="ann")
    session.commit()
    browser = house.browser("viewer")

    def rows(query: str) -> int:
        return len(re.findall(r'<th scope="row">', browser.get(f"{PAGE}/history{query}").text))

    assert [rows(each) for each in ("", f"?rule={rule.id}", "?status=failed", "?begun_by=person")] == [3, 2, 1, 1]
    assert rows("?rule=&status=&begun_by=") == 3, "as the form sends what was not chosen"
    assert "Nothing matches" in browser.get(f"{PAGE}/history?status=skipped").text
    assert "No answer." in browser.get(f"{PAGE}/history?status=failed").text
    assert 'hx-trigger="every 5s"' not in browser.get(f"{PAGE}/history?status=failed").text


def test_what_failed_is_tried_again_once(house: House, session: Session, rule: AutomationRule) -> None:
    failed = make_execution(session, rule)
    end(failed, ExecutionStatus.FAILED, result="It failed.", error="No answer.")
    session.commit()
    page = f"{PAGE}/executions/{failed.id}"
    assert "Try again" in house.browser("editor").get(page).text
    assert "Try again" not in house.browser("viewer").get(page).text
    first, second = (house.browser("editor").post(f"{page}/retry").headers["location"] for _ in range(2))
    assert first == second != page
    assert "See the retry" in house.browser("editor").get(page).text
    assert f"execution {failed.id}" in plain(house.browser("editor").get(first))
    assert house.browser("editor").post(f"{first}/retry").status_code == 409


def test_an_execution_leads_to_its_run_and_its_batch(house: House, session: Session, rule: AutomationRule) -> None:
    steps = [
        {
            "action": "cluster_keywords",
            "status": "completed",
            "sentence": "Clustered.",
            "run_id": "run_1",
            "credits": 2,
        },
        {"action": "link_content", "status": "skipped", "sentence": "Nothing to link.", "batch_id": 7},
        {"action": "generate_site_structure", "status": "completed", "sentence": "Planned.", "build_id": 3},
    ]
    execution = make_execution(session, rule)
    end(execution, ExecutionStatus.COMPLETED, result="Done.", results=steps, credits_used=Credits.of("2"))
    session.commit()
    page = house.browser("viewer").get(f"{PAGE}/executions/{execution.id}").text
    assert f'href="{PAGES}/sites/blog/runs/run_1"' in page
    assert f'href="{PAGES}/sites/blog/batches/7"' in page
    assert f'href="{PAGES}/sites/blog/website"' in page
    told = plain(house.browser("viewer").get(PAGE))
    assert "executed once for 2 credits" in told
    assert "100 %" in told


def test_an_execution_under_way_leads_to_what_it_does(house: House, session: Session, rule: AutomationRule) -> None:
    execution = make_execution(session, rule, status=ExecutionStatus.RUNNING, batch_id=7)
    session.commit()
    page = house.browser("viewer").get(f"{PAGE}/executions/{execution.id}").text
    assert f'href="{PAGES}/sites/blog/batches/7">Follow its batch' in page
    execution.batch_id, execution.build_id = None, 3
    session.commit()
    page = house.browser("viewer").get(f"{PAGE}/executions/{execution.id}").text
    assert f'href="{PAGES}/sites/blog/website">Follow its build' in page


def test_a_switched_off_module_says_so(house: House, session: Session) -> None:
    set_module(session, house.agency, Module.AUTOMATION, enabled=False)
    session.commit()
    assert house.browser("owner").get(PAGE).status_code == 403


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "x" * 19_000, "“‘\u202e"])
def test_hostile_texts_stay_texts(house: House, text: str) -> None:
    form = press(house, filled(house), "add_if") | {"if_0_value": text, "do_0_ids": text, "name": text[:100]}
    form |= {"if_0_field": text[:50], "do_0_type": text[:50], "max_executions_per_day": text}
    answer = save(house, form)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert sent(answer.text, FORM)["if_0_value"] == text
