# One image for every Airflow component, the worker and `igny8 init`: production's packages only, at the versions
# that the tests ran with.
FROM python:3.11-slim

RUN useradd --create-home --uid 50000 igny8 \
    && install --directory --owner igny8 /opt/igny8 /opt/igny8/airflow /opt/igny8/state /opt/igny8/media /opt/igny8/sites /opt/igny8/task_logs
WORKDIR /opt/igny8

COPY requirements.txt .
RUN pip install --no-cache-dir --requirement requirements.txt

COPY --chown=igny8 pyproject.toml README.md airflow_settings.yaml ./
COPY --chown=igny8 igny8_lib igny8_lib
COPY --chown=igny8 dags dags
COPY --chown=igny8 plugins plugins
COPY --chown=igny8 include include
RUN pip install --no-cache-dir --no-deps --editable . && python -m compileall -q igny8_lib dags plugins

USER igny8
ENV AIRFLOW_HOME=/opt/igny8/airflow PYTHONPATH=/opt/igny8/dags:/opt/igny8 PYTHONUNBUFFERED=1
CMD ["igny8", "--help"]
