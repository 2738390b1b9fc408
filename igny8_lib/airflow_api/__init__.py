"""Airflow from outside: its public REST API, for what the command line and the product ask of the scheduler."""
