"""Python looks for garbage among what the tests make, and not again and again among all modules that are imported."""

from __future__ import annotations

import gc

OBJECTS = 10_000
"""Made before the next look, for Python's usual 700: Airflow's modules and ours are 800,000 that stay."""


def leave_modules_alone() -> None:
    """What is there now is no garbage, and is not looked at any more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, *gc.get_threshold()[1:])


def pytest_collection_finish() -> None:
    leave_modules_alone()
