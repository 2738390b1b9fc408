"""Stage 6: draw one picture."""

from __future__ import annotations

from igny8_lib.ai.requests import ImageRequest
from igny8_lib.credits.costs import ImageQuality
from igny8_lib.models.writer import ImageKind

LANDSCAPE = "1536x1024"
SQUARE = "1024x1024"
PROVIDER_QUALITY = {
    ImageQuality.BASIC: "low",
    ImageQuality.STANDARD: "medium",
    ImageQuality.HIGH: "high",
    ImageQuality.PREMIUM: "high",
}
"""The words of the gpt-image models. Premium differs from high by its size: landscape inside the article, too."""


def request(prompt: str, kind: ImageKind, quality: ImageQuality = ImageQuality.BASIC) -> ImageRequest:
    """The request for one picture. Featured pictures are landscape, as themes and link previews crop them."""
    wide = kind is ImageKind.FEATURED or quality is ImageQuality.PREMIUM
    return ImageRequest(prompt=prompt, size=LANDSCAPE if wide else SQUARE, quality=PROVIDER_QUALITY[quality])
