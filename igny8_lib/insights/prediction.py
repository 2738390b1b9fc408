"""The pipeline's estimate of the next run under the names of SPEC §7, `predictive_analysis`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from igny8_lib.amounts import Credits
from igny8_lib.pipeline.estimates import Confidence, Estimate
from igny8_lib.pipeline.snapshot import Snapshot
from igny8_lib.pipeline.stages import stage


@dataclass(frozen=True)
class StagePrediction:
    """One stage of the next run."""

    number: int
    pending_items: int
    """What waits for it now; what the stages before it will make comes on top during the run."""
    estimated_credits: Credits
    estimated_output: int

    def as_json(self) -> dict[str, Any]:
        """Credits as a number."""
        return {
            "stage_number": self.number,
            "stage_name": stage(self.number).title,
            "pending_items": self.pending_items,
            "estimated_credits": self.estimated_credits.as_number(),
            "estimated_output": self.estimated_output,
        }


@dataclass(frozen=True)
class Prediction:
    """The next run; `stages` are those of its way in order."""

    stages: tuple[StagePrediction, ...]
    recommended_buffer_credits: Credits
    """20 % of the estimated credits."""
    confidence: Confidence

    def as_json(self) -> dict[str, Any]:
        """Credits as numbers."""
        return {
            "stages": [each.as_json() for each in self.stages],
            "totals": {
                "total_pending_items": sum(each.pending_items for each in self.stages),
                "total_estimated_credits": Credits.total(each.estimated_credits for each in self.stages).as_number(),
                "total_estimated_output": sum(each.estimated_output for each in self.stages),
                "recommended_buffer_credits": self.recommended_buffer_credits.as_number(),
            },
            "confidence": self.confidence.value,
        }


def prediction_of(taken: Snapshot, expected: Estimate) -> Prediction:
    """The estimate of the snapshot's run."""
    return Prediction(
        stages=tuple(
            StagePrediction(each.stage, taken.stages[each.stage].pending, each.credits, each.expected_output)
            for each in expected.stages
        ),
        recommended_buffer_credits=expected.buffer,
        confidence=expected.confidence,
    )
