"""What each publishing setting may be, and that a change is whole, seen and told by name."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy.orm import Session

from igny8_lib.errors import ChangedMeanwhile, InvalidInput
from igny8_lib.models import PublishingSettings, SchedulingMode, Site
from igny8_lib.publishing.settings import Publishing, change, changed, settings_of
from tests.factories.sites import make_site


def test_the_defaults_of_the_model_are_those_of_the_database(session: Session) -> None:
    assert settings_of(session.get_one(PublishingSettings, make_site(session).id)) == Publishing()
    hidden = {"site_id", "version", "feed_key"}
    assert set(Publishing.model_fields) == {column.name for column in PublishingSettings.__table__.columns} - hidden


def test_days_and_times_are_taken_as_people_write_them_and_kept_in_order(session: Session, site: Site) -> None:
    asked = {"publish_days": ["Sunday", "mon", 0, "2"], "publish_time_slots": ["16:00", "8:30", "08:30"]}
    after = change(session, site.id, asked | {"stagger_start_time": "10:00", "scheduling_mode": "stagger"})
    assert (after.publish_days, after.publish_time_slots) == ([0, 2, 6], ["08:30", "16:00"])
    session.expire_all()
    row = session.get_one(PublishingSettings, site.id)
    assert settings_of(row) == after
    assert (row.stagger_start_time, row.scheduling_mode, row.version) == (time(10), SchedulingMode.STAGGER, 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("publish_days", []),
        ("publish_days", ["someday"]),
        ("publish_days", [7]),
        ("publish_days", 3),
        ("publish_days", [True, None]),
        ("publish_time_slots", []),
        ("publish_time_slots", ["24:00"]),
        ("publish_time_slots", ["09:00:30"]),
        ("publish_time_slots", ["٠٩:00"]),
        ("publish_time_slots", [f"{minute // 60:02}:{minute % 60:02}" for minute in range(97)]),
        ("stagger_interval_minutes", 0),
        ("stagger_interval_minutes", 721),
        ("stagger_start_time", "09:00:01"),
        ("stagger_start_time", "09:00Z"),
        ("stagger_start_time", "18:00"),
        ("daily_publish_target", -1),
        ("monthly_publish_target", 10**9),
        ("queue_limit", 0),
        ("queue_limit", 10_001),
        ("scheduling_mode", "random"),
        ("post_author", "x" * 61),
        ("post_author", "ann\n"),
        ("comments_open", "perhaps"),
        ("auto_publish_enabled", None),
        ("version", 2),
        ("feed_key", "secret"),
    ],
)
def test_what_a_setting_cannot_be_is_refused_by_its_name_and_nothing_is_changed(
    session: Session, site: Site, name: str, value: object
) -> None:
    with pytest.raises(InvalidInput, match=name):
        change(session, site.id, {"queue_limit": 7, name: value})
    row = session.get_one(PublishingSettings, site.id)
    assert (settings_of(row), row.version) == (Publishing(), 1)


def test_every_bad_setting_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        changed(Publishing(), {"queue_limit": "many", "publish_days": "", "color": "red"})
    assert all(name in str(refused.value) for name in ("queue_limit", "publish_days", "'color'"))


def test_a_change_of_an_older_version_is_refused_and_no_change_is_no_version(session: Session, site: Site) -> None:
    change(session, site.id, {"queue_limit": 7}, version=1)
    with pytest.raises(ChangedMeanwhile, match="the publishing settings") as refused:
        change(session, site.id, {"queue_limit": 8}, version=1)
    assert (refused.value.yours, refused.value.now) == (1, 2)
    change(session, site.id, {"queue_limit": 7}, version=2)
    assert session.get_one(PublishingSettings, site.id).version == 2
