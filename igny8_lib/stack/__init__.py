"""The local deployment: PostgreSQL, the AI sandbox and Airflow under one supervisor."""
