"""What the provider charges, from a price list that the operator gives. No price is built in: they change, and a wrong
price is worse than none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from igny8_lib.errors import InvalidInput

PER = Decimal(1_000_000)


class ModelPrice(BaseModel):
    """US dollars for one model: per million tokens, and per picture where the provider counts pictures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Decimal | None = Field(default=None, ge=0)
    cached_input: Decimal | None = Field(default=None, ge=0)
    output: Decimal | None = Field(default=None, ge=0)
    image: Decimal | None = Field(default=None, ge=0)

    def of_tokens(self, tokens_in: int | None, tokens_cached: int | None, tokens_out: int | None) -> Decimal | None:
        """The price of one answer; None where a count or a price it needs is unknown.

        Prompt tokens that are not reported as cached are charged in full, as providers do.
        """
        if tokens_in is None or tokens_out is None or self.input is None or self.output is None:
            return None
        cached = tokens_cached or 0
        cached_price = self.input if self.cached_input is None else self.cached_input
        return ((tokens_in - cached) * self.input + cached * cached_price + tokens_out * self.output) / PER


PRICE_LIST = TypeAdapter(dict[str, ModelPrice])


@dataclass(frozen=True)
class Prices:
    """The price list: model name → price."""

    models: Mapping[str, ModelPrice] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, setting: str | Mapping[str, object] | None) -> Self:
        """Read the setting, JSON text or what was read of it: `{"gpt-4.1-mini": {"input": "0.40", "output": "1.60"}}`.

        Raises InvalidInput for anything else.
        """
        if not setting:
            return cls()
        try:
            if isinstance(setting, str):
                return cls(MappingProxyType(PRICE_LIST.validate_json(setting)))
            return cls(MappingProxyType(PRICE_LIST.validate_python(setting)))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the list"
            raise InvalidInput(f"The AI price list (IGNY8_AI_PRICES) is wrong at {where}: {first['msg']}.") from None

    def price(self, *names: str) -> ModelPrice | None:
        """The price of the first name that is listed: what the provider calls the model, then what we asked for."""
        return next((self.models[name] for name in names if name in self.models), None)
