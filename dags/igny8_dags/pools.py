"""Pools, written as one statement: the reconciler, the listener and the initialisation may all make the same one."""

from __future__ import annotations

from airflow.models.pool import Pool
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session


def write_pool(session: Session, name: str, slots: int, description: str) -> None:
    """Make the pool, or give it these slots.

    Airflow's own `Pool.create_or_update_pool` looks first and inserts then: of two that make one pool at the same
    time, the second dies of the unique name.
    """
    wish = {"slots": slots, "description": description, "include_deferred": False}
    session.execute(insert(Pool).values(pool=name, **wish).on_conflict_do_update(index_elements=[Pool.pool], set_=wish))
