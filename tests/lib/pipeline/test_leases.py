import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.errors import LeaseLost, SiteBusy
from igny8_lib.models import Site, SiteLease, StoppedReason
from igny8_lib.pipeline import end_run, leases
from igny8_lib.pipeline.outcome import outcome_for
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        return make_site(session)


def test_a_newer_process_of_the_run_takes_the_site_and_the_older_one_can_write_no_more(
    sessions: Sessions, site: Site
) -> None:
    run = begin(sessions, site.slug)
    with sessions.begin() as session:
        first = leases.take(session, site_id=site.id, run_id=run.id, holder="first")
    with sessions.begin() as session:
        second = leases.take(session, site_id=site.id, run_id=run.id, holder="second")
    assert second.token == first.token + 1
    with sessions.begin() as session, pytest.raises(LeaseLost):
        leases.hold(session, first)
    with sessions.begin() as session, pytest.raises(LeaseLost):
        leases.beat(session, first)
    with sessions.begin() as session:
        leases.hold(session, second)


def test_a_take_over_waits_for_the_transaction_under_way(sessions: Sessions, site: Site) -> None:
    run = begin(sessions, site.slug)
    with sessions.begin() as session:
        lease = leases.take(session, site_id=site.id, run_id=run.id, holder="first")
    taken = threading.Event()

    def take_over() -> None:
        with sessions.begin() as session:
            leases.take(session, site_id=site.id, run_id=run.id, holder="second")
        taken.set()

    with sessions.begin() as session:
        leases.hold(session, lease)
        thread = threading.Thread(target=take_over)
        thread.start()
        assert not taken.wait(0.5)
    thread.join(60)
    assert taken.is_set()


def test_two_writers_of_one_holder_and_its_heartbeat_do_not_wait_for_each_other(sessions: Sessions, site: Site) -> None:
    run = begin(sessions, site.slug)
    with sessions.begin() as session:
        lease = leases.take(session, site_id=site.id, run_id=run.id, holder="one")
    with sessions.begin() as one, sessions.begin() as two, sessions.begin() as beat:
        leases.hold(one, lease)
        leases.hold(two, lease)
        leases.beat(beat, lease)


def test_an_ended_run_gets_no_lease_and_its_site_is_free(sessions: Sessions, site: Site) -> None:
    run = begin(sessions, site.slug)
    with sessions.begin() as session:
        lease = leases.take(session, site_id=site.id, run_id=run.id, holder="one")
        end_run.end(session, run.id, outcome_for(StoppedReason.CANCELLED, "Cancelled."))
    with sessions.begin() as session, pytest.raises(LeaseLost):
        leases.hold(session, lease)
    with sessions.begin() as session, pytest.raises(LeaseLost):
        leases.take(session, site_id=site.id, run_id=run.id, holder="two")
    with sessions() as session:
        assert session.scalars(select(SiteLease)).one().run_id is None


def test_a_site_is_refused_to_a_second_run_while_the_first_is_active(sessions: Sessions, site: Site) -> None:
    first = begin(sessions, site.slug)
    with sessions.begin() as session:
        leases.take(session, site_id=site.id, run_id=first.id, holder="one")
    second = begin(sessions, site.slug)
    assert (second.status, second.stopped_reason) == ("skipped", StoppedReason.SITE_BUSY)
    assert first.run_id in second.stopped_detail
    with sessions.begin() as session, pytest.raises((LeaseLost, SiteBusy)):
        leases.take(session, site_id=site.id, run_id=second.id, holder="two")


def test_a_holder_silent_for_thirty_seconds_is_dead(sessions: Sessions, site: Site) -> None:
    run = begin(sessions, site.slug)
    with sessions.begin() as session:
        leases.take(session, site_id=site.id, run_id=run.id, holder="one")
        lease = session.scalars(select(SiteLease)).one()
        assert not leases.is_dead(lease, clock.now())
        assert leases.is_dead(lease, clock.now() + timedelta(seconds=31))
