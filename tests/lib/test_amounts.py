"""Amounts as people type them: what is taken is exact for ever, all else is a ValueError with a sentence."""

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from igny8_lib.amounts import HIGHEST, HUNDREDTHS, Credits
from igny8_lib.db.types import CreditsColumn

ODD = ["1e999999999", "1e-999999999", "-1E+400", "sNaN", "nan", "Infinity", "-inf", "9" * 5000, "\ud800", "\0", "1,5"]
ALMOST_WHOLE = ["1." + "0" * 40 + "1", "0." + "9" * 60, "999999999.999", "1e-3", "0.005"]
NUMBERS = st.from_regex(r"\A[+-]?[0-9]{1,40}(\.[0-9]{0,60})?([eE][+-]?[0-9]{1,12})?\Z")
AMOUNTS = st.integers(-HIGHEST.hundredths, HIGHEST.hundredths).map(Credits)


def parse(given_text: str) -> Credits | None:
    """The amount; None where a sentence refuses it. Any other error is the test's failure."""
    try:
        return Credits.of(given_text)
    except ValueError:
        return None


@given(st.text() | NUMBERS | st.decimals().map(str) | st.floats().map(str))
@example("2e19")
@example("-0")
def test_no_text_raises_anything_but_a_sentence_and_what_is_taken_is_what_was_written(given_text: str) -> None:
    amount = parse(given_text)
    if amount is not None:
        assert Decimal(amount.hundredths) / HUNDREDTHS == Decimal(given_text)
        assert -HIGHEST <= amount <= HIGHEST


def test_odd_texts_and_finer_fractions_are_refused_in_a_short_sentence() -> None:
    for given_text in [*ODD, *ALMOST_WHOLE]:
        with pytest.raises(ValueError, match="credits") as refused:
            Credits.of(given_text)
        assert len(str(refused.value)) < 200


def test_numbers_are_refused_like_texts() -> None:
    for value in (10**5000, Decimal("sNaN"), Decimal("1e500000"), Decimal("0.001"), HIGHEST.hundredths):
        with pytest.raises(ValueError):  # noqa: PT011 - any will do: Python has its own for endless integers
            Credits.of(value)


def test_the_highest_amount_is_a_billion_and_beyond_it_is_told() -> None:
    assert (Credits.of("1000000000"), Credits.of("-1000000000")) == (HIGHEST, -HIGHEST)
    for beyond in ("1000000000.01", "-1000000000.01", "2e19"):
        with pytest.raises(ValueError, match="beyond 1000000000 credits"):
            Credits.of(beyond)


@given(AMOUNTS)
@example(HIGHEST)
@example(Credits(HIGHEST.hundredths - 1))
def test_an_amount_survives_json_and_text(amount: Credits) -> None:
    assert Credits.of(str(json.loads(json.dumps(amount.as_number())))) == amount
    assert Credits.of(str(amount)) == amount


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(AMOUNTS, min_size=50, max_size=50))
@example([HIGHEST] * 50)
def test_amounts_and_their_sums_survive_the_database(engine: Engine, amounts: list[Credits]) -> None:
    column = CreditsColumn()
    with engine.connect() as connection:
        query = text(
            "SELECT array_agg(a ORDER BY n), sum(a)::bigint FROM unnest(CAST(:a AS bigint[])) WITH ORDINALITY t(a, n)"
        )
        stored, total = connection.execute(query, {"a": [amount.hundredths for amount in amounts]}).one()
    assert [column.process_result_value(value, connection.dialect) for value in stored] == amounts
    assert column.process_result_value(total, connection.dialect) == Credits.total(amounts)
