"""One sentence, and the button to press now."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockData, BlockType
from igny8_lib.site_builder.blocks.parts import Buttons, Lead, Line


class CallToActionData(BlockData):
    """One button, or two."""

    title: Annotated[Line, Field(min_length=1, max_length=120, title="Heading")]
    lead: Lead = ""
    buttons: Annotated[Buttons, Field(min_length=1)]


BLOCK = BlockType(
    name="call_to_action",
    title="Call to action",
    suits="One thing to do now, near the end of a page",
    schema=CallToActionData,
    template="""\
<section class="b-call-to-action section" id="{{ block_id }}">
<div class="wrap">
<div>
{% include "block_head.html.jinja" %}
{% with buttons = data.buttons %}{% include "block_buttons.html.jinja" %}{% endwith %}
</div>
</div>
</section>
""",
    style="""\
.b-call-to-action .wrap > div {
  padding: var(--gap);
  border-radius: var(--radius);
  background: var(--brand);
  color: var(--on-brand);
  text-align: center;
}
.b-call-to-action .lead { color: inherit; margin-inline: auto; }
.b-call-to-action .b-buttons {
  display: flex;
  flex-wrap: wrap;
  justify-content: center;
  gap: 0.75rem;
  margin-top: var(--gap);
}
.b-call-to-action .button { background: var(--on-brand); color: var(--brand); border-color: var(--on-brand); }
.b-call-to-action .button--quiet { background: var(--brand); color: var(--on-brand); }
""",
    example={
        "title": "Spring is in eleven weeks",
        "lead": "We have three places left on the slipway.",
        "buttons": [{"label": "Ask for a place", "target": "mailto:yard@boats.example"}],
    },
)
