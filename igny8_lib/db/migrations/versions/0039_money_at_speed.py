"""One call for each phase of paying, and what was used as daily rows instead of sums over the whole ledger and journal.

- credit_reserve, credit_settle, credit_release: the statements of a phase as one function, so that the account's
  balance row is locked for one round trip and not for the client's work between seven. They write what the statements
  wrote, under the same triggers; an outcome says what became of it, and igny8_lib.credits says it in words.
- credit_usage_days: entries that name an operation, by day, site, run, stage and operation. The ledger's trigger moves
  them, under the account's balance lock. The ledger is append-only, so they only ever grow.
- ai_usage_days: the provider's figures of the journal's requests by the same. Rows of the journal change (they are
  answered, their run is deleted), so its trigger adds the difference. No lock orders these transactions: a place may
  have several rows, the trigger moves one that nobody holds, and adds one where all are held. It never waits.

What was there before the triggers is not added up here, where writers would wait for it: summary_backfills says up to
which id a table's rows are old, and 0044 adds them. Until it is through, ai_calls_sum_newer leaves out what it has yet
to add.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

OPERATIONS = (
    "clustering idea_generation content_generation image_prompt_extraction image_generation linking optimization "
    "site_structure_generation site_page_generation"
)

# VOLATILE, as by default: each statement inside sees what was committed while the first one waited for the lock.
# A session of some sites (null: of any) sees these sites' reservations only.
RESERVE = """
CREATE FUNCTION credit_reserve(
    p_account bigint, p_sites bigint[], p_key text, p_amount bigint, p_ttl interval, p_operation text, p_site bigint,
    p_run bigint, p_stage smallint,
    OUT outcome text, OUT available bigint, OUT let_go bigint, OUT held credit_reservations
) LANGUAGE plpgsql AS $$
DECLARE
    latest credit_reservations;
BEGIN
    SELECT balance - reserved INTO available FROM credit_balances WHERE account_id = p_account FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO credit_balances (account_id) SELECT id FROM accounts WHERE id = p_account ON CONFLICT DO NOTHING;
        SELECT balance - reserved INTO available FROM credit_balances WHERE account_id = p_account FOR UPDATE;
        IF NOT FOUND THEN outcome := 'no_account'; RETURN; END IF;
    END IF;
    SELECT * INTO latest FROM credit_reservations
        WHERE account_id = p_account AND key = p_key AND (p_sites IS NULL OR site_id = ANY(p_sites))
        ORDER BY attempt DESC LIMIT 1;
    IF latest.status = 'settled' THEN outcome := 'settled'; held := latest; RETURN; END IF;
    IF latest.status = 'pending' THEN
        IF latest.amount = p_amount AND (latest.operation, latest.site_id, latest.run_id, latest.stage)
            IS NOT DISTINCT FROM (p_operation, p_site, p_run, p_stage) THEN
            UPDATE credit_reservations SET expires_at = clock_timestamp() + p_ttl WHERE id = latest.id
                RETURNING * INTO held;
            outcome := 'extended'; RETURN;
        END IF;
        available := available + latest.amount;
    END IF;
    IF p_amount > available THEN outcome := 'insufficient'; RETURN; END IF;
    IF latest.status = 'pending' THEN
        UPDATE credit_reservations SET status = 'released', closed_at = clock_timestamp() WHERE id = latest.id;
        let_go := latest.id;
    END IF;
    INSERT INTO credit_reservations (account_id, key, attempt, amount, status, operation, site_id, run_id, stage,
                                     expires_at)
        VALUES (p_account, p_key, coalesce(latest.attempt, 0) + 1, p_amount, 'pending', p_operation, p_site, p_run,
                p_stage, clock_timestamp() + p_ttl)
        RETURNING * INTO held;
    outcome := 'reserved';
END $$;
"""

# Whose reservation it may be: an account's, and some sites' (null: anybody's).
LOCK = """
CREATE FUNCTION credit_reservation_lock(
    p_reservation bigint, p_account bigint, p_sites bigint[], OUT available bigint, OUT held credit_reservations
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT balance - reserved INTO available FROM credit_balances WHERE account_id = (
        SELECT account_id FROM credit_reservations WHERE id = p_reservation
            AND (p_account IS NULL OR account_id = p_account) AND (p_sites IS NULL OR site_id = ANY(p_sites))
    ) FOR UPDATE;
    IF FOUND THEN SELECT * INTO held FROM credit_reservations WHERE id = p_reservation; END IF;
END $$;
"""

RELEASE = """
CREATE FUNCTION credit_release(
    p_reservation bigint, p_account bigint, p_sites bigint[], OUT outcome text, OUT held credit_reservations
) LANGUAGE plpgsql AS $$
BEGIN
    held := (credit_reservation_lock(p_reservation, p_account, p_sites)).held;
    IF held.id IS NULL THEN outcome := 'no_reservation'; RETURN; END IF;
    outcome := held.status;
    IF held.status = 'pending' THEN
        UPDATE credit_reservations SET status = 'released', closed_at = clock_timestamp() WHERE id = held.id
            RETURNING * INTO held;
        outcome := 'released';
    END IF;
END $$;
"""

SETTLE = """
CREATE FUNCTION credit_settle(
    p_reservation bigint, p_account bigint, p_sites bigint[], p_used bigint, p_operation text, p_site bigint,
    p_run bigint, p_stage smallint, p_related_type text, p_related_id bigint, p_ai_call bigint, p_metadata jsonb,
    OUT outcome text, OUT held credit_reservations, OUT entry credit_ledger
) LANGUAGE plpgsql AS $$
DECLARE
    available bigint;
    charged bigint;
    locked record;
    facts jsonb := p_metadata;
BEGIN
    SELECT * INTO locked FROM credit_reservation_lock(p_reservation, p_account, p_sites);
    held := locked.held; available := locked.available;
    IF held.id IS NULL THEN outcome := 'no_reservation'; RETURN; END IF;
    SELECT * INTO entry FROM credit_ledger WHERE account_id = held.account_id
        AND idempotency_key BETWEEN held.key AND held.key ORDER BY idempotency_key LIMIT 1;  -- as in 0045
    IF held.status = 'settled' THEN outcome := 'settled_before'; RETURN; END IF;
    IF p_used = 0 THEN
        held := (credit_release(p_reservation, p_account, p_sites)).held;
        outcome := 'nothing_used'; RETURN;
    END IF;
    IF held.status <> 'pending' THEN outcome := 'closed'; RETURN; END IF;
    IF entry.id IS NOT NULL THEN outcome := 'key_reused'; RETURN; END IF;
    charged := least(p_used, held.amount + available);
    IF p_used > held.amount THEN
        facts := facts || jsonb_build_object('reserved', trim_scale(held.amount / 100.0),
            'used', trim_scale(p_used / 100.0), 'waived', trim_scale((p_used - charged) / 100.0));
    END IF;
    UPDATE credit_reservations SET status = 'settled', settled_amount = charged, closed_at = clock_timestamp()
        WHERE id = held.id RETURNING * INTO held;
    INSERT INTO credit_ledger (account_id, entry_type, amount, idempotency_key, operation, related_type, related_id,
                               site_id, run_id, stage, ai_call_id, created_by, metadata)
        VALUES (held.account_id, 'usage', -charged, held.key, p_operation, p_related_type, p_related_id, p_site, p_run,
                p_stage, p_ai_call, '', facts)
        RETURNING * INTO entry;
    outcome := 'settled';
END $$;
"""

# The balance lock lets only one transaction do this for an account, as in credit_run_spending_move.
SUM_ENTRY = """
CREATE FUNCTION credit_ledger_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := (NEW.created_at AT TIME ZONE 'UTC')::date;
BEGIN
    UPDATE credit_usage_days SET entries = entries + 1, credits = credits - NEW.amount
        WHERE account_id = NEW.account_id AND day = today AND site_id = coalesce(NEW.site_id, 0)
            AND run_id = coalesce(NEW.run_id, 0) AND stage = coalesce(NEW.stage, 0) AND operation = NEW.operation;
    IF NOT FOUND THEN
        INSERT INTO credit_usage_days (account_id, day, site_id, run_id, stage, operation, entries, credits)
            VALUES (NEW.account_id, today, coalesce(NEW.site_id, 0), coalesce(NEW.run_id, 0), coalesce(NEW.stage, 0),
                    NEW.operation, 1, -NEW.amount);
    END IF;
    RETURN NULL;
END $$;
"""

GUARD_CREDITS = """
CREATE FUNCTION credit_usage_days_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF pg_trigger_depth() > 1 THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF pg_trigger_depth() > 1
            AND (NEW.account_id, NEW.day, NEW.site_id, NEW.run_id, NEW.stage, NEW.operation)
              = (OLD.account_id, OLD.day, OLD.site_id, OLD.run_id, OLD.stage, OLD.operation) THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'credit_usage_days is kept by the ledger: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Write a ledger entry instead.';
END $$;
"""

# A request that is taken away with its site takes its days with it, whichever goes first: then there is nothing to add.
MOVE = """
CREATE FUNCTION ai_usage_days_move(
    p_site bigint, p_at timestamptz, p_run bigint, p_stage smallint, p_operation text, p_calls bigint,
    p_told_in bigint, p_in bigint, p_told_cached bigint, p_cached bigint, p_told_out bigint, p_out bigint,
    p_told_cost bigint, p_cost numeric
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    p_day date := (p_at AT TIME ZONE 'UTC')::date;
    free bigint;
BEGIN
    SELECT id INTO free FROM ai_usage_days WHERE site_id = p_site AND day = p_day AND run_id = coalesce(p_run, 0)
        AND stage = coalesce(p_stage, 0) AND operation = p_operation ORDER BY id LIMIT 1
        FOR NO KEY UPDATE SKIP LOCKED;
    IF FOUND THEN
        UPDATE ai_usage_days SET calls = calls + p_calls, told_in = told_in + p_told_in, tokens_in = tokens_in + p_in,
            told_cached = told_cached + p_told_cached, tokens_cached = tokens_cached + p_cached,
            told_out = told_out + p_told_out, tokens_out = tokens_out + p_out,
            told_cost = told_cost + p_told_cost, provider_cost = provider_cost + p_cost WHERE id = free;
    ELSIF p_calls >= 0 OR EXISTS (SELECT FROM sites WHERE id = p_site) THEN
        INSERT INTO ai_usage_days (site_id, day, run_id, stage, operation, calls, told_in, tokens_in, told_cached,
                                   tokens_cached, told_out, tokens_out, told_cost, provider_cost)
            VALUES (p_site, p_day, coalesce(p_run, 0), coalesce(p_stage, 0), p_operation, p_calls, p_told_in, p_in,
                    p_told_cached, p_cached, p_told_out, p_out, p_told_cost, p_cost);
    END IF;
END $$;
"""


def told(row: str) -> list[str]:
    """What a request counts for, as arguments of ai_usage_days_move behind the number of calls."""
    names = ("tokens_in", "tokens_cached", "tokens_out", "provider_cost")
    return [part for n in names for part in (f"({row}.{n} IS NOT NULL)::int", f"coalesce({row}.{n}, 0)")]


def place(row: str) -> str:
    """Where a request counts."""
    return f"{row}.site_id, {row}.created_at, {row}.run_id, {row}.stage, {row}.operation"


DIFFERENCE = ", ".join(f"{new} - {old}" for new, old in zip(told("NEW"), told("OLD"), strict=True))


def sum_call(name: str, first: str = "") -> str:
    """The journal's trigger function; `first` stands before everything else in it."""
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{first}
    IF TG_OP = 'UPDATE' THEN
        IF ({place("NEW")}) IS NOT DISTINCT FROM ({place("OLD")}) THEN
            PERFORM ai_usage_days_move({place("NEW")}, 0, {DIFFERENCE});
            RETURN NULL;
        END IF;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM ai_usage_days_move({place("OLD")}, -1, {", ".join(f"-{part}" for part in told("OLD"))});
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM ai_usage_days_move({place("NEW")}, 1, {", ".join(told("NEW"))});
    END IF;
    RETURN NULL;
END $$;
"""


# An older row that is not added yet will be added as it is then. 0044 holds the row while it moves the mark over it, so
# whoever changes it has done so before it is added, or sees the mark behind it here.
UNLESS_TO_BE_ADDED = """
    IF EXISTS (SELECT FROM summary_backfills WHERE table_name = TG_TABLE_NAME AND OLD.id > done AND OLD.id <= boundary)
        THEN RETURN NULL; END IF;"""

GUARD_CALLS = """
CREATE FUNCTION ai_usage_days_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 THEN RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END; END IF;
    RAISE EXCEPTION 'ai_usage_days is kept by the journal of AI requests: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Change ai_calls instead.';
END $$;
"""

CALLS = (sum_call("ai_calls_sum"), sum_call("ai_calls_sum_newer", UNLESS_TO_BE_ADDED))
FUNCTIONS = (RESERVE, LOCK, RELEASE, SETTLE, SUM_ENTRY, GUARD_CREDITS, MOVE, *CALLS, GUARD_CALLS)

FIGURES = "{0}.tokens_in, {0}.tokens_cached, {0}.tokens_out, {0}.provider_cost"
NEW, OLD = (f"({place(row)}, {FIGURES.format(row)})" for row in ("NEW", "OLD"))
EACH = "FOR EACH ROW"
# The journal first, as who pays writes it before the ledger: two who lock both never wait for each other.
TRIGGERS = (
    ("ai_calls", "sum", "AFTER INSERT OR DELETE", EACH, "ai_calls_sum_newer"),
    ("ai_calls", "sum_changed", "AFTER UPDATE", f"{EACH} WHEN ({OLD} IS DISTINCT FROM {NEW})", "ai_calls_sum_newer"),
    ("credit_ledger", "sum", "AFTER INSERT", f"{EACH} WHEN (NEW.operation IS NOT NULL)", "credit_ledger_sum"),
    ("credit_usage_days", "guard", "BEFORE INSERT OR UPDATE OR DELETE", EACH, "credit_usage_days_guard"),
    ("credit_usage_days", "keep", "BEFORE TRUNCATE", "FOR EACH STATEMENT", "credit_usage_days_guard"),
    ("ai_usage_days", "guard", "BEFORE INSERT OR UPDATE OR DELETE", EACH, "ai_usage_days_guard"),
    ("ai_usage_days", "keep", "BEFORE TRUNCATE", "FOR EACH STATEMENT", "ai_usage_days_guard"),
)

# Rows of the table up to `done` are in the days; those above it, up to `boundary`, are yet to be added.
MARKS = "CREATE TABLE summary_backfills (table_name text PRIMARY KEY, boundary bigint NOT NULL, done bigint NOT NULL)"
# CREATE TRIGGER has waited for all who wrote, and nobody writes until this transaction ends.
NOTE_BOUNDARY = """
INSERT INTO summary_backfills (table_name, boundary, done)
SELECT '{0}', coalesce(max(id), 0), coalesce(min(id) - 1, 0) FROM {0}
"""


def upgrade() -> None:
    create_credit_usage_days()
    create_ai_usage_days()
    op.execute(MARKS)
    for function in FUNCTIONS:
        op.execute(function)
    for table, name, when, each, function in TRIGGERS:
        op.execute(f"CREATE TRIGGER {table}_{name} {when} ON {table} {each} EXECUTE FUNCTION {function}()")
        # ALWAYS: also where a session has set session_replication_role to replica.
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")
    for table in ("ai_calls", "credit_ledger"):
        op.execute(NOTE_BOUNDARY.format(table))


def number(name: str, kind: type[sa.BigInteger] | type[sa.SmallInteger] = sa.BigInteger) -> sa.Column[int]:
    return sa.Column(name, kind(), nullable=False, autoincrement=False)


def create_credit_usage_days() -> None:
    operation = sa.Enum(*OPERATIONS.split(), name="operation", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "credit_usage_days",
        number("account_id"),
        sa.Column("day", sa.Date(), nullable=False),
        number("site_id"),
        number("run_id"),
        number("stage", sa.SmallInteger),
        sa.Column("operation", operation, nullable=False),
        number("entries"),
        number("credits"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("account_id", "day", "site_id", "run_id", "stage", "operation"),
    )
    # Room on every page for the next versions of today's rows (HOT).
    op.execute("ALTER TABLE credit_usage_days SET (fillfactor = 70)")


def create_ai_usage_days() -> None:
    op.create_table(
        "ai_usage_days",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        number("site_id"),
        sa.Column("day", sa.Date(), nullable=False),
        number("run_id"),
        number("stage", sa.SmallInteger),
        sa.Column("operation", sa.String(), nullable=False),
        number("calls"),
        *(number(f"{kind}_{way}") for way in ("in", "cached", "out") for kind in ("told", "tokens")),
        number("told_cost"),
        sa.Column("provider_cost", sa.Numeric(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ai_usage_days_place", "ai_usage_days", ["site_id", "day", "run_id", "stage", "operation"])
    op.execute("ALTER TABLE ai_usage_days SET (fillfactor = 70)")


def downgrade() -> None:
    for table, name, *_ in reversed(TRIGGERS):
        op.execute(f"DROP TRIGGER {table}_{name} ON {table}")
    op.drop_table("ai_usage_days")
    op.drop_table("credit_usage_days")
    # 0044 has taken these two away.
    op.execute("DROP TABLE IF EXISTS summary_backfills")
    for function in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION IF EXISTS {function.split()[2].partition('(')[0]}")
