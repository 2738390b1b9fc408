"""What each run was charged and holds, by stage and operation, as rows instead of a sum over its whole ledger.

Triggers of the ledger and of the reservations move the rows. They are AFTER triggers whose names sort behind the ones
that move the balance, so the account's balance row is locked whenever they work, and every account's rows are moved by
one transaction at a time. Whatever else would change the rows is refused; so is what would make them wrong: another
place for a pending reservation. An entry cannot bring a balance beyond what a JSON number holds exactly and what can be
added up without overflow (igny8_lib.amounts.HIGHEST); a balance that is higher already can still be spent.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

HIGHEST = 100_000_000_000
"""Hundredths: a billion credits."""

OPERATIONS = (
    "clustering",
    "idea_generation",
    "content_generation",
    "image_prompt_extraction",
    "image_generation",
    "linking",
    "optimization",
    "site_structure_generation",
    "site_page_generation",
)

# The balance lock lets only one transaction do this for an account, so looking first is safe and spares the usual
# case, a row that is there, the work of a failed insertion.
MOVE = """
CREATE FUNCTION credit_run_spending_move(
    p_account bigint, p_run bigint, p_stage smallint, p_operation text, p_settled bigint, p_reserved bigint
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE credit_run_spending SET settled = settled + p_settled, reserved = reserved + p_reserved
        WHERE account_id = p_account AND run_id = p_run AND stage = coalesce(p_stage, 0) AND operation = p_operation;
    IF NOT FOUND THEN
        INSERT INTO credit_run_spending (account_id, run_id, stage, operation, settled, reserved)
            VALUES (p_account, p_run, coalesce(p_stage, 0), p_operation, p_settled, p_reserved);
    END IF;
END $$;
"""

SPEND_ENTRY = """
CREATE FUNCTION credit_ledger_spend() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM credit_run_spending_move(NEW.account_id, NEW.run_id, NEW.stage, NEW.operation, -NEW.amount, 0);
    RETURN NULL;
END $$;
"""

SPEND_RESERVATION = """
CREATE FUNCTION credit_reservations_spend() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM credit_run_spending_move(NEW.account_id, NEW.run_id, NEW.stage, NEW.operation, 0,
                                     CASE TG_OP WHEN 'INSERT' THEN NEW.amount ELSE -NEW.amount END);
    RETURN NULL;
END $$;
"""

KEEP_PLACE = """
CREATE FUNCTION credit_reservations_keep_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what reservation % pays for is fixed', OLD.id
        USING ERRCODE = 'restrict_violation', HINT = 'Release it and reserve again.';
END $$;
"""

BOUND_BALANCE = f"""
CREATE FUNCTION credit_ledger_bound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the balance of account % would be %, the highest is {HIGHEST} hundredths of a credit',
        NEW.account_id, NEW.balance_after USING ERRCODE = 'check_violation';
END $$;
"""

# A row of zeros says the same as no row, so it may go: an account that never paid can be deleted.
GUARD = """
CREATE FUNCTION credit_run_spending_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF pg_trigger_depth() > 1 OR (NEW.settled = 0 AND NEW.reserved = 0) THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF pg_trigger_depth() > 1 AND (NEW.account_id, NEW.run_id, NEW.stage, NEW.operation)
            = (OLD.account_id, OLD.run_id, OLD.stage, OLD.operation) THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF OLD.settled = 0 AND OLD.reserved = 0 THEN RETURN OLD; END IF;
    END IF;
    RAISE EXCEPTION 'credit_run_spending is kept by the ledger and the reservations: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Write a ledger entry or a reservation instead.';
END $$;
"""

BACKFILL = """
INSERT INTO credit_run_spending (account_id, run_id, stage, operation, settled, reserved)
SELECT account_id, run_id, coalesce(stage, 0), operation, sum(settled), sum(reserved)
FROM (SELECT account_id, run_id, stage, operation, -amount AS settled, 0 AS reserved FROM credit_ledger
      UNION ALL
      SELECT account_id, run_id, stage, operation, 0, amount FROM credit_reservations WHERE status = 'pending') moves
WHERE run_id IS NOT NULL AND operation IS NOT NULL
GROUP BY 1, 2, 3, 4
"""

FUNCTIONS = {
    "credit_run_spending_move(bigint, bigint, smallint, text, bigint, bigint)": MOVE,
    "credit_ledger_spend()": SPEND_ENTRY,
    "credit_reservations_spend()": SPEND_RESERVATION,
    "credit_reservations_keep_place()": KEEP_PLACE,
    "credit_ledger_bound()": BOUND_BALANCE,
    "credit_run_spending_guard()": GUARD,
}

RUN_PAYS = "NEW.run_id IS NOT NULL AND NEW.operation IS NOT NULL"
RUN_LETS_GO = "NEW.run_id IS NOT NULL AND OLD.status = 'pending' AND NEW.status <> 'pending'"
OTHER_PLACE = (
    "(OLD.operation, OLD.site_id, OLD.run_id, OLD.stage) IS DISTINCT FROM"
    " (NEW.operation, NEW.site_id, NEW.run_id, NEW.stage)"
)

TRIGGERS = (
    (
        "credit_ledger",
        "bound",
        "AFTER INSERT",
        f"FOR EACH ROW WHEN (NEW.amount > 0 AND NEW.balance_after > {HIGHEST}) EXECUTE FUNCTION credit_ledger_bound()",
    ),
    (
        "credit_ledger",
        "spend",
        "AFTER INSERT",
        f"FOR EACH ROW WHEN ({RUN_PAYS}) EXECUTE FUNCTION credit_ledger_spend()",
    ),
    (
        "credit_reservations",
        "keep_place",
        "BEFORE UPDATE",
        f"FOR EACH ROW WHEN ({OTHER_PLACE}) EXECUTE FUNCTION credit_reservations_keep_place()",
    ),
    (
        "credit_reservations",
        "spend",
        "AFTER INSERT",
        "FOR EACH ROW WHEN (NEW.run_id IS NOT NULL) EXECUTE FUNCTION credit_reservations_spend()",
    ),
    (
        "credit_reservations",
        "unspend",
        "AFTER UPDATE",
        f"FOR EACH ROW WHEN ({RUN_LETS_GO}) EXECUTE FUNCTION credit_reservations_spend()",
    ),
    (
        "credit_run_spending",
        "guard",
        "BEFORE INSERT OR UPDATE OR DELETE",
        "FOR EACH ROW EXECUTE FUNCTION credit_run_spending_guard()",
    ),
    (
        "credit_run_spending",
        "keep",
        "BEFORE TRUNCATE",
        "FOR EACH STATEMENT EXECUTE FUNCTION credit_run_spending_guard()",
    ),
)


def upgrade() -> None:
    # Nothing is booked between the sums and the triggers that keep them.
    op.execute("LOCK TABLE credit_ledger, credit_reservations IN SHARE ROW EXCLUSIVE MODE")
    create_table()
    op.execute(BACKFILL)
    for function in FUNCTIONS.values():
        op.execute(function)
    for table, name, when, what in TRIGGERS:
        op.execute(f"CREATE TRIGGER {table}_{name} {when} ON {table} {what}")
        # ALWAYS: also where a session has set session_replication_role to replica.
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def create_table() -> None:
    op.create_table(
        "credit_run_spending",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column(
            "operation",
            sa.Enum(*OPERATIONS, name="operation", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("settled", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_credit_run_spending_reserved_not_negative")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_credit_run_spending_account_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("account_id", "run_id", "stage", "operation", name=op.f("pk_credit_run_spending")),
    )
    # Room on every page for the rows' next versions (HOT): both numbers move at every request.
    op.execute("ALTER TABLE credit_run_spending SET (fillfactor = 50)")


def downgrade() -> None:
    for table, name, _, _ in reversed(TRIGGERS):
        op.execute(f"DROP TRIGGER {table}_{name} ON {table}")
    for function in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("credit_run_spending")
