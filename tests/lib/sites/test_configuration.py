from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.errors import InvalidInput
from igny8_lib.models import AutomationConfig, Frequency, Site
from igny8_lib.sites.configuration import WEEKDAYS, Configuration, configuration_of, configure, weekday_number
from tests.factories.sites import make_site


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


def test_the_model_has_exactly_the_columns_and_their_defaults(session: Session, site: Site) -> None:
    columns = {column.name for column in AutomationConfig.__table__.columns}
    assert set(Configuration.model_fields) == columns - {"site_id", "schedule_since", "version"}
    assert configuration_of(session.get_one(AutomationConfig, site.id)) == Configuration()


def test_settings_are_stored_as_people_write_them_on_the_command_line(session: Session, site: Site) -> None:
    changes = {
        "is_enabled": "true",
        "frequency": "weekly",
        "scheduled_time": "06:30",
        "weekday": "friday",
        "max_credits_per_run": "12.5",
        "images_per_content": "1",
        "image_quality": "high",
        "stage_3_enabled": "off",
    }
    configure(session, site.id, changes)
    stored = session.get_one(AutomationConfig, site.id, populate_existing=True)
    assert (stored.is_enabled, stored.frequency, stored.scheduled_time) == (True, Frequency.WEEKLY, time(6, 30))
    assert (stored.weekday, stored.max_credits_per_run, stored.stage_3_enabled) == (4, Credits(1250), False)
    document = configuration_of(stored).as_json()
    assert (document["scheduled_time"], document["max_credits_per_run"]) == ("06:30", 12.5)
    assert Configuration.model_validate(document) == configuration_of(stored)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"images_per_content": "0"}, "images_per_content.*greater than or equal to 1"),
        ({"weekday": "someday"}, "weekday.*monday"),
        ({"day_of_month": "32"}, "day_of_month"),
        ({"max_tasks_per_run": "-1"}, "max_tasks_per_run.*0 = unlimited"),
        ({"max_credits_per_run": "0.3"}, "max_credits_per_run.*multiple of 0.5"),
        ({"max_credits_per_run": "NaN"}, "max_credits_per_run"),
        ({"image_quality": "ultra"}, "image_quality.*premium"),
        ({"stage_1_batch_size": "0"}, "stage_1_batch_size.*items in one batch"),
        ({"colour": "red"}, "no setting 'colour'; there are is_enabled"),
        ({"scheduled_time": "25:00", "frequency": "hourly"}, "frequency.*scheduled_time"),
    ],
)
def test_an_unusable_setting_is_refused_with_its_name_and_meaning_and_nothing_is_changed(
    session: Session, site: Site, changes: dict[str, str], told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        configure(session, site.id, changes | {"max_ideas_per_run": "7"})
    assert configuration_of(session.get_one(AutomationConfig, site.id)) == Configuration()


@given(st.decimals(min_value=0, max_value=10_000, places=1).filter(lambda value: value * 2 == int(value * 2)))
def test_credit_limits_are_exact_to_the_half(value: Decimal) -> None:
    configured = Configuration(max_credits_per_run=value)
    assert Credits.of(configured.max_credits_per_run).hundredths == value * 100


@given(st.sampled_from(WEEKDAYS), st.integers(3, 9), st.booleans())
def test_a_weekday_may_be_written_short_long_or_as_its_number(day: str, letters: int, upper: bool) -> None:  # noqa: FBT001
    name = day[:letters].upper() if upper else day[:letters]
    assert weekday_number(name) == WEEKDAYS.index(day)
    assert Configuration(weekday=WEEKDAYS.index(day)).weekday == WEEKDAYS.index(day)
