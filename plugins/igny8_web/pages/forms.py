"""What a form sends: texts by name, in bounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request

MOST_FIELDS = 300


async def posted(request: Request) -> dict[str, str]:
    """The form's texts; of a name that comes twice the last one, and files are none."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def typed_again(form: Mapping[str, str] | None) -> Mapping[str, str]:
    """What was typed, for the form that is shown once more; a field that was not sent is empty."""
    return defaultdict(str, form or {})


Posted = Annotated[dict[str, str], Depends(posted)]
