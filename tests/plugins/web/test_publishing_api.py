"""Dates by API: settings, the calendar, giving, moving and taking away; all of it in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import igny8_product
import pytest

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import ContentStatus
from igny8_lib.publishing.settings import Publishing
from tests.plugins.web.calendars import add_approved, add_failed, date_of, next_slots, set_settings, set_zone
from tests.plugins.web.house import API, House
from tests.statements import count_statements

PUBLISHING = f"{API}/publishing"


def post(house: House, path: str, body: object, key: str = "", who: str = "editor") -> tuple[int, dict[str, object]]:
    """Status and document."""
    headers = {"Idempotency-Key": key} if key else {}
    answer = house.client(who).post(f"{PUBLISHING}/{path}/?site=blog", json=body, headers=headers)
    return answer.status_code, answer.json()


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_settings_are_read_with_their_version_and_how_full_the_calendar_is(house: House, sessions: Sessions) -> None:
    add_approved(sessions, house, next_slots(sessions, house.blog)[0])
    told = house.client("viewer").get(f"{PUBLISHING}/settings/?site=blog").json()
    assert (told["version"], told["scheduled_count"], told["timezone"]) == (1, 1, "UTC")
    assert told["settings"] == Publishing().as_json()


def test_a_change_counts_the_version_and_a_stale_one_is_refused_with_both(house: House) -> None:
    client = house.client("owner")
    change = {"version": 1, "settings": {"scheduling_mode": "stagger", "queue_limit": 7}}
    told = client.put(f"{PUBLISHING}/settings/?site=blog", json=change)
    assert (told.status_code, told.json()["version"], told.json()["settings"]["queue_limit"]) == (200, 2, 7)
    again = client.put(f"{PUBLISHING}/settings/?site=blog", json=change)
    assert (again.status_code, again.json()["yours"], again.json()["now"]) == (409, 1, 2)


@pytest.mark.parametrize(
    ("settings", "part"),
    [({"colour": "red"}, "no setting 'colour'"), ({"publish_days": []}, "publish_days"), ({"queue_limit": 0}, "1 to")],
)
def test_unknown_and_unusable_settings_change_nothing_and_are_named(
    house: House, settings: dict[str, object], part: str
) -> None:
    client = house.client("owner")
    told = client.put(f"{PUBLISHING}/settings/?site=blog", json={"settings": settings})
    assert (told.status_code, part in told.json()["detail"]) == (400, True)
    assert client.get(f"{PUBLISHING}/settings/?site=blog").json()["version"] == 1


def test_editors_do_not_change_the_settings(house: House) -> None:
    assert house.client("editor").put(f"{PUBLISHING}/settings/?site=blog", json={"settings": {}}).status_code == 403


def test_a_preview_is_of_the_settings_that_are_typed_and_stores_nothing(house: House, sessions: Sessions) -> None:
    set_zone(sessions, house.blog, "Europe/London")
    typed = {"publish_time_slots": ["07:30"], "publish_days": [5]}
    told = house.client("viewer").get(f"{PUBLISHING}/settings/preview/", params={"site": "blog"} | typed).json()
    slots = [datetime.fromisoformat(slot) for slot in told["slots"]]
    assert len(slots) == 10
    assert {slot.weekday() for slot in slots} == {5}
    assert house.client("viewer").get(f"{PUBLISHING}/settings/?site=blog").json()["version"] == 1
    wrong = house.client("viewer").get(f"{PUBLISHING}/settings/preview/", params={"site": "blog"} | {"publish_days": 9})
    assert wrong.status_code == 422
    unordered = {"stagger_start_time": "18:00", "stagger_end_time": "09:00"}
    assert (
        house.client("viewer").get(f"{PUBLISHING}/settings/preview/", params={"site": "blog"} | unordered).status_code
        == 400
    )


def test_the_calendar_tells_articles_free_slots_what_waits_and_the_targets(house: House, sessions: Sessions) -> None:
    taken, free = next_slots(sessions, house.blog, 2)
    content_id = add_approved(sessions, house, taken, title="Sheds")
    waiting = add_approved(sessions, house, no_slot_reason="The calendar is full.")
    failed = add_failed(sessions, house, taken - timedelta(hours=2), "WordPress refused the password.")
    days = {"site": "blog", "from": (taken - timedelta(days=1)).date().isoformat(), "to": free.date().isoformat()}
    told = house.client("viewer").get(f"{PUBLISHING}/calendar/", params=days).json()
    items = {item["content_id"]: item for item in told["items"]}
    assert (items[content_id]["title"], items[content_id]["at"]) == ("Sheds", iso(taken))
    assert items[failed]["error"] == "WordPress refused the password."
    assert iso(free) in told["free"]
    assert iso(taken) not in told["free"]
    assert [each["content_id"] for each in told["waiting"]] == [waiting]
    assert (told["scheduled_count"], told["queue_limit"], told["publishes_by_itself"]) == (1, 100, True)
    assert (told["overdue_count"], told["overdue_since"]) == (0, None)
    assert {"period": "day", "starts": str(taken.date()), "count": 1, "target": 3} in told["progress"]


def test_a_calendar_of_more_than_62_days_is_refused(house: House) -> None:
    days = {"site": "blog", "from": "2026-12-01", "to": "2027-02-01"}
    assert house.client("viewer").get(f"{PUBLISHING}/calendar/", params=days).status_code == 400
    days = {"site": "blog", "from": "2026-12-02", "to": "2026-12-01"}
    assert house.client("viewer").get(f"{PUBLISHING}/calendar/", params=days).status_code == 400


def test_a_calendar_takes_as_many_statements_for_many_articles_as_for_few(house: House, sessions: Sessions) -> None:
    client, engine = house.client("viewer"), igny8_product.product_engine()
    slots = next_slots(sessions, house.blog, 30)
    days = {"site": "blog", "from": slots[0].date().isoformat(), "to": slots[-1].date().isoformat()}

    def ask() -> None:
        assert client.get(f"{PUBLISHING}/calendar/", params=days).status_code == 200

    add_approved(sessions, house, slots[0])
    add_approved(sessions, house)
    ask()
    few = count_statements(engine, ask)
    for slot in slots[1:]:
        add_approved(sessions, house, slot)
        add_approved(sessions, house)
    assert count_statements(engine, ask) == few


def test_articles_get_the_next_slots_in_the_order_of_the_ids_and_the_others_say_why_not(
    house: House, sessions: Sessions
) -> None:
    slots = next_slots(sessions, house.blog, 2)
    first, second = add_approved(sessions, house), add_approved(sessions, house)
    dated = add_approved(sessions, house, slots[1] + timedelta(days=30))
    draft = add_approved(sessions, house, status=ContentStatus.REVIEW)
    status, told = post(house, "schedule", {"ids": [second, first, dated, draft, 999_999]})
    assert (status, told["given"]) == (200, {str(second): iso(slots[0]), str(first): iso(slots[1])})
    assert told["refused"] == {
        str(dated): "has a date",
        str(draft): "is in review: only approved articles get a date",
        "999999": "the site has no such article",
    }


def test_where_the_queue_is_full_an_article_waits_and_says_why(house: House, sessions: Sessions) -> None:
    set_settings(sessions, house.blog, queue_limit=1)
    first, second = add_approved(sessions, house), add_approved(sessions, house)
    _, told = post(house, "schedule", {"ids": [first, second]})
    assert list(told["given"]) == [str(first)]  # type: ignore[call-overload]
    assert "calendar is full" in told["without"][str(second)]  # type: ignore[index]
    _, taken_out = post(house, "unschedule", {"ids": [first, first, 999_999]})
    assert taken_out == {"done": [first], "refused": {"999999": "the site has no such article"}}
    assert (date_of(sessions, first), bool(date_of(sessions, second))) == (None, True)


def test_one_article_gets_a_time_of_its_own_and_several_do_not(house: House, sessions: Sessions) -> None:
    at = next_slots(sessions, house.blog)[0] + timedelta(minutes=7)
    first, second = add_approved(sessions, house), add_approved(sessions, house)
    assert post(house, "schedule", {"ids": [first, second], "at": iso(at)})[0] == 400
    assert post(house, "schedule", {"ids": [first], "at": iso(at)})[1]["given"] == {str(first): iso(at)}
    status, told = post(house, "schedule", {"ids": [second], "at": iso(at)})
    assert (status, "is taken by" in str(told["detail"])) == (409, True)


def test_a_request_that_is_sent_again_under_its_key_is_done_once(house: House, sessions: Sessions) -> None:
    content_id = add_approved(sessions, house)
    first = post(house, "schedule", {"ids": [content_id]}, key="k")
    assert post(house, "schedule", {"ids": [content_id]}, key="k") == first
    assert post(house, "schedule", {"ids": [content_id]})[1]["given"] == {}


def test_one_is_moved_and_both_dates_are_told(house: House, sessions: Sessions) -> None:
    before, after = next_slots(sessions, house.blog, 2)
    content_id = add_approved(sessions, house, before, title="Sheds")
    status, told = post(house, "reschedule", {"content_id": content_id, "at": iso(after)})
    change = {"content_id": content_id, "title": "Sheds", "before": iso(before), "after": iso(after)}
    assert (status, told["changes"], date_of(sessions, content_id)) == (200, [change], after)


@pytest.mark.parametrize(
    "at", ["2026-12-01T09:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2020-01-01T00:00:00Z"]
)
def test_an_instant_without_an_offset_out_of_reach_or_past_is_refused(
    house: House, sessions: Sessions, at: str
) -> None:
    before = next_slots(sessions, house.blog)[0]
    content_id = add_approved(sessions, house, before)
    assert post(house, "reschedule", {"content_id": content_id, "at": at})[0] in {400, 422}
    assert date_of(sessions, content_id) == before


def test_all_are_shifted_or_none(house: House, sessions: Sessions) -> None:
    slot = next_slots(sessions, house.blog)[0]
    content_id = add_approved(sessions, house, slot)
    assert post(house, "reschedule", {"shift_days": 2})[0] == 200
    assert date_of(sessions, content_id) == slot + timedelta(days=2)
    status, told = post(house, "reschedule", {"shift_days": -400})
    assert (status, "Nothing was shifted" in str(told["detail"])) == (409, True)


def test_a_dry_run_of_spreading_anew_changes_nothing(house: House, sessions: Sessions) -> None:
    slots = next_slots(sessions, house.blog, 3)
    content_id = add_approved(sessions, house, slots[2])
    _, told = post(house, "reschedule", {"spread": True, "dry_run": True})
    assert told["changes"][0]["after"] == iso(slots[0])  # type: ignore[index]
    assert date_of(sessions, content_id) == slots[2]
    post(house, "reschedule", {"spread": True})
    assert date_of(sessions, content_id) == slots[0]


@pytest.mark.parametrize(
    "body",
    [{}, {"content_id": 1}, {"shift_days": 1, "spread": True}, {"shift_days": 1, "dry_run": True}, {"days": 1}],
)
def test_rescheduling_is_one_of_three_things(house: House, body: dict[str, object]) -> None:
    assert post(house, "reschedule", body)[0] == 422


def test_viewers_read_and_change_nothing(house: House, sessions: Sessions) -> None:
    content_id = add_approved(sessions, house)
    at = iso(clock.now().astimezone(UTC) + timedelta(days=1))
    for path, body in {
        "schedule": {"ids": [content_id]},
        "unschedule": {"ids": [content_id]},
        "reschedule": {"content_id": content_id, "at": at},
    }.items():
        assert post(house, path, body, who="viewer")[0] == 403


def test_many_articles_get_dates_with_as_many_statements_as_few(house: House, sessions: Sessions) -> None:
    engine = igny8_product.product_engine()

    def statements(ids: list[int]) -> int:
        return count_statements(engine, lambda: post(house, "schedule", {"ids": ids}))

    post(house, "schedule", {"ids": [add_approved(sessions, house)]})
    few = statements([add_approved(sessions, house) for _ in range(2)])
    many = [add_approved(sessions, house) for _ in range(20)]
    assert statements(many) == few
    taken = count_statements(engine, lambda: post(house, "unschedule", {"ids": many[:2]}))
    assert count_statements(engine, lambda: post(house, "unschedule", {"ids": many[2:]})) == taken
