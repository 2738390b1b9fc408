"""What the files for Prometheus, Alertmanager and Grafana name is what is exported, and each alert says what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from igny8_lib.metrics.airflow_metrics import CATALOGUE
from igny8_lib.metrics.metric import Metric

ROOT = Path(__file__).parents[2]
FILES = ROOT / "include" / "monitoring"
PAGE = (ROOT / "docs" / "monitoring.md").read_text("utf-8")
GROUPS: list[dict[str, Any]] = yaml.safe_load((FILES / "alerts.yml").read_text("utf-8"))["groups"]
ALERTS: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]
DASHBOARD: dict[str, Any] = json.loads((FILES / "dashboard.json").read_text("utf-8"))

TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|(\[[^\]]*\])|([a-zA-Z_:][\w:]*)|(\d+(?:\.\d+)?)|(=~|!~|!=|==|>=|<=|.))')
FUNCTIONS = {"sum", "max", "rate", "increase", "histogram_quantile", "absent", "time"}
WORDS = {"by", "and", "or", "unless"}
EXPORTED = {name: (metric, labels) for metric in CATALOGUE for name, labels in metric.exported.items()}


def tokens(expression: str) -> list[str]:
    """The parts of a PromQL expression; texts keep their quotes."""
    return [match.group().strip() for match in TOKEN.finditer(expression)]


def unknown_in(expression: str) -> Iterator[str]:
    """Names, labels and values of an expression that nothing exports."""
    parts, known = tokens(expression), set[str]()
    at = 0
    while at < len(parts):
        part = parts[at]
        if part == "by":
            end = parts.index(")", at)
            known.update(parts[at + 2 : end : 2])
            at = end
        elif part == "{":
            end = parts.index("}", at)
            yield from wrong_matchers(parts[at - 1], parts[at + 1 : end])
            at = end
        elif re.match(r"[a-zA-Z_:]", part) and part not in FUNCTIONS | WORDS and part not in EXPORTED:
            yield part
        at += 1
    labels = [EXPORTED[part][1] for part in parts if part in EXPORTED]
    yield from (label for label in sorted(known) if not all(label in each for each in labels))


def wrong_matchers(name: str, parts: list[str]) -> Iterator[str]:
    """Labels that the metric does not have, and values that the label never has."""
    for label, operator, text, *_ in (parts[start : start + 4] for start in range(0, len(parts), 4)):
        if name not in EXPORTED or label not in EXPORTED[name][1]:
            yield f"{name}{{{label}}}"
            continue
        metric: Metric = EXPORTED[name][0]
        values = text.strip('"').split("|") if "~" in operator else [text.strip('"')]
        yield from (value for value in values if label != "le" and value not in metric.labels[label])


def expressions() -> list[str]:
    """Of all alerts and panels."""
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [*(alert["expr"] for alert in ALERTS), *panels]


@pytest.mark.parametrize("expression", expressions())
def test_what_an_expression_names_is_exported(expression: str) -> None:
    assert list(unknown_in(expression)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "igny8_runs_gone > 0",
        'igny8_leases{state="lost"} > 0',
        'igny8_leases{site="blog"} > 0',
        "sum by (site) (igny8_leases)",
        'sum(rate(igny8_runs_ended_total{reason=~"completed|done"}[5m]))',
        "rate(igny8_stage_seconds[5m])",
    ],
)
def test_a_name_that_nobody_exports_is_noticed(wrong: str) -> None:
    assert list(unknown_in(wrong)) != []


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_says_how_bad_it_is_and_what_to_do(alert: dict[str, Any]) -> None:
    name = alert["alert"]
    assert alert["labels"]["severity"] in {"critical", "warning", "info"}
    assert re.fullmatch(r"\d+[smh]", alert["for"])
    assert alert["annotations"]["runbook"] == f"docs/monitoring.md#{name.lower()}"
    section = PAGE.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
    assert alert["expr"] in section, "docs/monitoring.md shows another expression"
    for heading in ("How it shows:", "What is wrong:", "What to do:"):
        assert heading in section


def test_alerts_have_names_of_their_own() -> None:
    names = [alert["alert"] for alert in ALERTS]
    assert len(names) == len(set(names))
    assert set(re.findall(r"^### (Igny8\w+)$", PAGE, re.M)) == set(names)


def test_the_page_lists_every_metric_with_its_labels() -> None:
    for metric in CATALOGUE:
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        assert f"| `{metric.name}` | {metric.kind.value} | {labels} | {metric.help} |" in PAGE


def test_every_alert_reaches_somebody() -> None:
    alertmanager = yaml.safe_load((FILES / "alertmanager.yml").read_text("utf-8"))
    receivers = {receiver["name"] for receiver in alertmanager["receivers"]}
    routes = [alertmanager["route"], *alertmanager["route"]["routes"]]
    assert {route["receiver"] for route in routes} <= receivers
    inhibited = [text for rule in alertmanager["inhibit_rules"] for text in rule["source_matchers"]]
    named = re.findall(r'alertname="(\w+)"', " ".join(inhibited))
    assert set(named) <= {alert["alert"] for alert in ALERTS}


def test_prometheus_is_told_the_rules_and_where_the_figures_are() -> None:
    prometheus = yaml.safe_load((FILES / "prometheus.yml").read_text("utf-8"))
    assert all((FILES / name).is_file() for name in prometheus["rule_files"])
    (job,) = prometheus["scrape_configs"]
    assert job["metrics_path"] == "/igny8/metrics"


def test_the_dashboard_is_one_that_grafana_takes() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len({(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}) == len(panels)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels)
    assert all(panel["datasource"]["uid"] == "${datasource}" for panel in panels)
    assert [variable["name"] for variable in DASHBOARD["templating"]["list"]] == ["datasource"]
