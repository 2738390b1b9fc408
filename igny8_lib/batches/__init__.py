"""Chosen articles that are analysed, linked or optimized in Airflow, with their progress."""
