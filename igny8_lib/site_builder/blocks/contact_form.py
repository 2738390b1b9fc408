"""A form that people write to somebody with. It needs no script: the browser sends it, or opens an email."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from igny8_lib.site_builder.blocks.kind import BlockType
from igny8_lib.site_builder.blocks.parts import Headed, Line, Link, Paragraphs


def takes_messages(target: str) -> str:
    """The target as it is. Raises ValueError where it is neither an email address nor an https address."""
    if not target.lower().startswith(("mailto:", "https://")):
        raise ValueError('a form is sent to "mailto:ADDRESS" or to an address that begins with https://')
    return target


class ContactFormData(Headed):
    """The form asks for a name, an email address and a message; an endpoint gets them as `name`, `email`, `message`
    (POST, application/x-www-form-urlencoded)."""

    endpoint: Annotated[Link, AfterValidator(takes_messages), Field(title="Where messages go")]
    button: Annotated[Line, Field(max_length=60, title="Words on the button")] = ""
    """"" for the usual word in the site's language."""
    note: Annotated[Paragraphs, Field(max_length=600, title="Small print below the button")] = ""
    details: Annotated[Paragraphs, Field(max_length=1000, title="Address, telephone, opening hours")] = ""

    @property
    def email(self) -> str:
        """The address that messages are emailed to; "" where an endpoint takes them."""
        return self.endpoint[len("mailto:") :].partition("?")[0] if self.endpoint[:7].lower() == "mailto:" else ""


BLOCK = BlockType(
    name="contact_form",
    title="Contact form",
    suits="Visitors write a message: where an address that takes it is known",
    schema=ContactFormData,
    template="""\
{% set words = place.words %}
<section class="b-contact-form section" id="{{ block_id }}">
<div class="wrap">
<div>
{% include "block_head.html.jinja" %}
{% for paragraph in data.details | paragraphs %}
<p class="b-contact-form-details">{{ paragraph }}</p>
{% endfor %}
{% if data.email %}
<p><a href="{{ place.href(data.endpoint) }}">{{ data.email }}</a></p>
{% endif %}
</div>
<form class="card" method="post" action="{{ place.href(data.endpoint) }}"\
{% if data.email %} enctype="text/plain"{% endif %}>
<p>
<label for="{{ block_id }}_name"{{ words.attributes }}>{{ words.name }}</label>
<input id="{{ block_id }}_name" name="name" autocomplete="name" maxlength="200" required>
</p>
<p>
<label for="{{ block_id }}_email"{{ words.attributes }}>{{ words.email }}</label>
<input id="{{ block_id }}_email" name="email" type="email" autocomplete="email" maxlength="254" required>
</p>
<p>
<label for="{{ block_id }}_message"{{ words.attributes }}>{{ words.message }}</label>
<textarea id="{{ block_id }}_message" name="message" rows="6" maxlength="10000" required></textarea>
</p>
<p>
{% if data.button %}
<button class="button">{{ data.button }}</button>
{% else %}
<button class="button"{{ words.attributes }}>{{ words.send }}</button>
{% endif %}
</p>
{% for paragraph in data.note | paragraphs %}
<p><small>{{ paragraph }}</small></p>
{% endfor %}
</form>
</div>
</section>
""",
    style="""\
.b-contact-form .wrap { display: grid; gap: var(--gap); align-items: start; }
.b-contact-form-details { white-space: pre-line; }
.b-contact-form small { color: var(--muted); }
@media (min-width: 60rem) { .b-contact-form .wrap { grid-template-columns: 1fr 1fr; } }
""",
    example={
        "title": "Write to us",
        "lead": "We answer within two days.",
        "endpoint": "mailto:yard@boats.example",
        "button": "Send message",
        "note": "We keep your address only until your question is answered.",
        "details": "The Slipway, Falmouth\n\nMonday to Friday, 8 to 17",
    },
)
