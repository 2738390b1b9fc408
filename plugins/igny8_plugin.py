"""Registration only: what Airflow loads of the product into its own processes."""

from __future__ import annotations

import igny8_idle_sleep
import igny8_listener
import igny8_warm_up
import igny8_worker_end
from airflow.plugins_manager import AirflowPlugin
from igny8_mount import Mounted
from igny8_timetable import SiteTimetable


class Igny8Plugin(AirflowPlugin):
    """The product's face in Airflow."""

    name = "igny8"
    timetables = [SiteTimetable]  # noqa: RUF012 - Airflow reads it from the class
    listeners = [igny8_idle_sleep, igny8_listener, igny8_warm_up, igny8_worker_end]  # noqa: RUF012 - Airflow reads it from the class
    fastapi_apps = [  # noqa: RUF012 - Airflow reads it from the class
        {"name": "IGNY8", "url_prefix": "/igny8", "app": Mounted("igny8_web.app", "make_app")},
        {"name": "IGNY8 upkeep", "url_prefix": "/igny8-upkeep", "app": Mounted("igny8_upkeep", "make_app")},
    ]
    external_views = [  # noqa: RUF012 - Airflow reads it from the class
        {
            "name": "IGNY8",
            "href": "igny8/",
            "destination": "nav",
            "nav_top_level": True,
            "url_route": "igny8",
            "icon": "igny8/static/icon.svg",
            "icon_dark_mode": "igny8/static/icon-dark.svg",
        }
    ]
