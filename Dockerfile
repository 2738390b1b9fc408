# One image for every Airflow component, the worker and `igny8 init`: production's packages only, at the versions that the
# tests ran with, each file of the hash that stands in the lock. What builds it stays behind.
FROM python:3.11-slim AS build
WORKDIR /opt/igny8
RUN python -m venv --without-pip venv
COPY requirements.txt .
RUN pip --python venv install --no-cache-dir --require-hashes --no-compile --requirement requirements.txt
COPY airflow_settings.yaml ./
COPY igny8_lib igny8_lib
COPY dags dags
COPY plugins plugins
COPY include include
# The project is on the path as it is: to install it would take packages that are in no lock.
RUN printf '%s\n' '#!/opt/igny8/venv/bin/python' 'from igny8_lib.cli import main' 'main()' > venv/bin/igny8 \
    && chmod 755 venv/bin/igny8 && venv/bin/python -m compileall -q venv igny8_lib dags plugins

FROM python:3.11-slim
RUN useradd --no-create-home --home-dir /tmp --shell /usr/sbin/nologin --uid 50000 igny8 \
    && pip uninstall --yes --quiet pip setuptools wheel \
    && install --directory --owner igny8 --mode 0750 /opt/igny8/airflow /opt/igny8/state /opt/igny8/media /opt/igny8/sites /opt/igny8/task_logs
# The code belongs to root: a process that was taken over cannot change it, with a read-only file system or without.
COPY --from=build /opt/igny8 /opt/igny8
WORKDIR /opt/igny8
USER 50000:50000
ENV AIRFLOW_HOME=/opt/igny8/airflow HOME=/tmp PATH=/opt/igny8/venv/bin:$PATH PYTHONPATH=/opt/igny8/dags:/opt/igny8 \
    PYTHONUNBUFFERED=1
CMD ["igny8", "--help"]
