"""Registration only: what Airflow loads of the product into its own processes."""

from __future__ import annotations

import igny8_listener
import igny8_warm_up
import igny8_worker_end
from airflow.plugins_manager import AirflowPlugin
from igny8_timetable import SiteTimetable


class Igny8Plugin(AirflowPlugin):
    """The product's face in Airflow."""

    name = "igny8"
    timetables = [SiteTimetable]  # noqa: RUF012 - Airflow reads it from the class
    listeners = [igny8_listener, igny8_warm_up, igny8_worker_end]  # noqa: RUF012 - Airflow reads it from the class
