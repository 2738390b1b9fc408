"""The web application without Airflow: what is looked at before a route, and how things are written."""
