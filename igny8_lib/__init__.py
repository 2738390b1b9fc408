"""IGNY8: from a website's keyword list to reviewed, illustrated articles. The library; it knows nothing of Airflow."""
