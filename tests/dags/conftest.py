"""Airflow's home, before any test module imports Airflow."""

from tests import airflow_home

__all__ = ["airflow_home"]
