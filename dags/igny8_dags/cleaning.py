"""What the clean-up takes of Airflow: where log files lie, and the one task's work."""

from __future__ import annotations

from typing import Any

from airflow.sdk import ObjectStoragePath
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowSkipException

from igny8_dags.connections import airflow_api, sessions
from igny8_lib.retention.clean_up import Cleaner, CleanUpUnderWay
from igny8_lib.retention.log_files import LogPlace
from igny8_lib.retention.watch import Watch, heeding_signals
from igny8_lib.settings import load

LONGEST_SECONDS = 90 * 60
"""Of one clean-up; what it did not come to is the next day's."""
PARSING_FOLDER = "dag_processor_child_process_log_directory"


def clean(*, dry_run: bool) -> dict[str, Any]:
    """Remove what is old, or count it; skipped where another clean-up is under way."""
    parsing_logs = [LogPlace.of(conf.get("logging", PARSING_FOLDER))]
    cleaner = Cleaner(sessions(), load(), airflow_api, task_log_places(), parsing_logs)
    with heeding_signals(Watch(LONGEST_SECONDS)) as watch:
        try:
            return cleaner.clean_up(watch, dry_run=dry_run).as_json()
        except CleanUpUnderWay as error:
            raise AirflowSkipException(str(error)) from None


def task_log_places() -> list[LogPlace]:
    """This machine's folder, and the object store where task logs go to one."""
    places = [LogPlace.of(conf.get("logging", "base_log_folder"))]
    if conf.getboolean("logging", "remote_logging"):
        url = conf.get("logging", "remote_base_log_folder")
        store = ObjectStoragePath(url, conn_id=conf.get("logging", "remote_log_conn_id", fallback="") or None)
        places.append(LogPlace(store.fs, store.path))
    return places
