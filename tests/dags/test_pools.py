"""A pool is written by whoever comes first; the second one changes it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from airflow.models.pool import Pool
from igny8_dags.pools import write_pool
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from tests.statements import wait_until_one_waits_for_a_lock


@pytest.fixture
def airflow_pools(engine: Engine) -> Engine:
    """A database with Airflow's table of pools (its teams, which it points to, are not needed)."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE team (name VARCHAR(50) PRIMARY KEY)"))
        Pool.__table__.create(connection)
    return engine


def test_two_that_make_one_pool_at_the_same_time_make_one_pool(airflow_pools: Engine) -> None:
    with Session(airflow_pools) as first, ThreadPoolExecutor() as threads:
        write_pool(first, "site_garden", 1, "by the reconciler")
        second = threads.submit(write_alone, airflow_pools, "site_garden", 1, "by the initialisation")
        wait_until_one_waits_for_a_lock(airflow_pools)
        first.commit()
        second.result()
        assert first.execute(select(Pool.pool, Pool.slots, Pool.description)).all() == [
            ("site_garden", 1, "by the initialisation")
        ]


def test_a_pool_that_is_there_gets_its_slots_back(airflow_pools: Engine) -> None:
    write_alone(airflow_pools, "site_garden", 7, "")
    write_alone(airflow_pools, "site_garden", 1, "")
    with Session(airflow_pools) as session:
        assert session.scalars(select(Pool.slots)).all() == [1]


def write_alone(engine: Engine, name: str, slots: int, description: str) -> None:
    with Session(engine) as session, session.begin():
        write_pool(session, name, slots, description)
