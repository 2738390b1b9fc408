"""Airflow reads its home when it is first imported: whoever imports this before gives it one of its own."""

import os
import tempfile

home = tempfile.TemporaryDirectory(prefix="igny8-test-airflow-")
os.environ["AIRFLOW_HOME"] = home.name  # also where a worker inherits the home of the process that started it
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
