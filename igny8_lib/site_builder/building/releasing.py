"""The steps that check a website and deploy it."""

from __future__ import annotations

from igny8_lib.models import BuildStepStatus
from igny8_lib.site_builder.building.stepping import Begun, finish, give_up
from igny8_lib.site_builder.building.tools import Report, Tools

TOLD = 3
"""Faults that the sentence names; the report has them all."""


def check(tools: Tools, begun: Begun) -> None:
    """Check the whole site; where something is wrong, the build ends and nothing is deployed."""
    found = tools.deployer_of().check(begun.site_id, begun.blueprint_id)
    faults = [{"path": path, "reason": reason} for path, reason in found.faults]
    report = {"faults": faults, "files": found.files, "bytes": found.bytes}
    status = BuildStepStatus.FAILED if faults else BuildStepStatus.DONE
    with tools.narrow(begun).begin() as session:
        finish(session, begun.hold(session), status, sentence_of(found), report=report)


def deploy(tools: Tools, begun: Begun) -> None:
    """Deploy the site in the name of whoever asked for the build."""
    done = tools.deployer_of().deploy(begun.site_id, begun.blueprint_id, by=begun.by, build_id=begun.build_id)
    report = {"version": done.version, "changes": dict(done.report)}
    with tools.narrow(begun).begin() as session:
        outcome = f"Version {done.version} is live."
        finish(session, begun.hold(session), BuildStepStatus.DONE, outcome, report=report)


def sentence_of(found: Report) -> str:
    """What a check found."""
    if not found.faults:
        return f"{found.files:,} files are without a fault."
    number = len(found.faults)
    named = " ".join(f"{path}: {reason}" for path, reason in found.faults[:TOLD])
    more = f" And {number - TOLD:,} more." if number > TOLD else ""
    return f"Nothing was deployed: the site has {number:,} fault{'' if number == 1 else 's'}. {named}{more}"


def stop(tools: Tools, begun: Begun, reason: str) -> None:
    """End a step that something beyond it stopped, and its build."""
    with tools.narrow(begun).begin() as session:
        give_up(session, begun.hold(session), reason, ends_build=True)
