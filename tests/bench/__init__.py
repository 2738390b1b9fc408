"""Benchmarks: `make bench`. What they import of Airflow finds a home of its own."""

from tests import airflow_home

__all__ = ["airflow_home"]
