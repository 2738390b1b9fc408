"""Airflow reads its home when it is first imported: give it one of its own, before any test module does."""

import os
import tempfile

home = tempfile.TemporaryDirectory(prefix="igny8-test-airflow-")
os.environ.setdefault("AIRFLOW_HOME", home.name)
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
