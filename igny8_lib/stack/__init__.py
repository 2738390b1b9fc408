"""The local stack: PostgreSQL, the AI sandbox and Airflow's components on one machine, under one supervisor."""
