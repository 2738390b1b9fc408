"""The product in a browser and over HTTP, inside Airflow's API server.

    request ─> caller.py (who, by Airflow's login) ─> doors.py (may he, and whose rows) ─> api/, pages/ ─> igny8_lib

`app.py` puts it together; `problems.py` turns the library's errors into answers, `guards.py` looks at what comes in and
at what goes out. Routes are thin: they open a door, call the library and show what it returned.
"""
