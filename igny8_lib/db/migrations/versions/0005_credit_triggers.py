"""What makes the ledger trustworthy: the database itself keeps the balance and refuses to rewrite history.

- credit_ledger: an entry moves the balance in the same statement; entries cannot be changed or removed.
- credit_balances: its two numbers move only through the ledger and the reservations.
- credit_reservations: pending is the only status that holds credits; closed ones are final.
- credit_cost_configs: every change is recorded; the record cannot be changed or removed.
- site_ai_budget_allocations: a site's shares sum to 100 when the transaction ends.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CHECKS = (
    ("credit_ledger", "key_not_empty", "idempotency_key <> ''"),
    (
        "credit_ledger",
        "amount_fits_type",
        "CASE entry_type WHEN 'usage' THEN amount <= 0 WHEN 'adjustment' THEN amount <> 0 ELSE amount > 0 END",
    ),
    ("credit_ledger", "usage_names_operation", "entry_type <> 'usage' OR operation IS NOT NULL"),
    ("credit_reservations", "settled_has_amount", "(status = 'settled') = (settled_amount IS NOT NULL)"),
    ("credit_reservations", "closed_has_time", "(status = 'pending') = (closed_at IS NULL)"),
)

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Write a new row that corrects the old one.';
END $$;
"""

# The UPDATE locks the account's balance row, so entries of one account are posted one after the other. The key is
# looked up under that lock and refused here, because a BEFORE trigger also fires for a row that ON CONFLICT DO
# NOTHING then drops: without the check the balance would move and the entry would be missing.
POST_ENTRY = """
CREATE FUNCTION credit_ledger_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO credit_balances (account_id) VALUES (NEW.account_id) ON CONFLICT DO NOTHING;
    UPDATE credit_balances SET balance = balance + NEW.amount
        WHERE account_id = NEW.account_id RETURNING balance INTO NEW.balance_after;
    IF EXISTS (SELECT FROM credit_ledger
               WHERE account_id = NEW.account_id AND idempotency_key = NEW.idempotency_key) THEN
        RAISE EXCEPTION 'account % has a ledger entry with key % already', NEW.account_id, NEW.idempotency_key
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'uq_credit_ledger_account_id_idempotency_key';
    END IF;
    RETURN NEW;
END $$;
"""

GUARD_BALANCE = """
CREATE FUNCTION credit_balances_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.balance = 0 AND NEW.reserved = 0 THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF pg_trigger_depth() > 1 AND NEW.account_id = OLD.account_id THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM credit_ledger WHERE account_id = OLD.account_id)
            AND NOT EXISTS (SELECT FROM credit_reservations WHERE account_id = OLD.account_id) THEN RETURN OLD; END IF;
    END IF;
    RAISE EXCEPTION 'credit_balances is kept by the ledger and the reservations: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Write a ledger entry or a reservation instead.';
END $$;
"""

GUARD_RESERVATION = """
CREATE FUNCTION credit_reservations_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status = 'pending' THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'a reservation starts pending, not %', NEW.status USING ERRCODE = 'restrict_violation';
    ELSIF OLD.status <> 'pending' AND TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'reservation % is % and final', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
    ELSIF OLD.status = 'pending' AND TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'reservation % is pending: settle or release it', OLD.id USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSIF (NEW.account_id, NEW.key, NEW.attempt, NEW.amount) <> (OLD.account_id, OLD.key, OLD.attempt, OLD.amount) THEN
        RAISE EXCEPTION 'what reservation % holds is fixed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

HOLD_RESERVATION = """
CREATE FUNCTION credit_reservations_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO credit_balances (account_id) VALUES (NEW.account_id) ON CONFLICT DO NOTHING;
        UPDATE credit_balances SET reserved = reserved + NEW.amount WHERE account_id = NEW.account_id;
    ELSE
        UPDATE credit_balances SET reserved = reserved - OLD.amount WHERE account_id = OLD.account_id;
    END IF;
    RETURN NULL;
END $$;
"""

RECORD_COST_CHANGE = """
CREATE FUNCTION credit_cost_facts(config credit_cost_configs) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object(
        'cost', trim_scale(config.cost / 100.0), 'unit', config.unit, 'unit_size', config.unit_size,
        'minimum', trim_scale(config.minimum / 100.0), 'is_active', config.is_active,
        'budget_percentage', config.budget_percentage)
$$;
CREATE FUNCTION credit_cost_configs_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := CASE TG_OP WHEN 'UPDATE' THEN credit_cost_facts(OLD) END;
BEGIN
    IF before IS DISTINCT FROM credit_cost_facts(NEW) THEN
        INSERT INTO credit_cost_changes (operation, changed_by, old, new)
            VALUES (NEW.operation, NEW.updated_by, before, credit_cost_facts(NEW));
    END IF;
    RETURN NULL;
END $$;
"""

CHECK_SHARES = """
CREATE FUNCTION site_ai_budget_allocations_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    site bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.site_id ELSE NEW.site_id END;
    total bigint := (SELECT sum(percentage) FROM site_ai_budget_allocations WHERE site_id = site);
BEGIN
    IF total <> 100 THEN
        RAISE EXCEPTION 'the budget shares of site % sum to %, not 100', site, total USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""

FUNCTIONS = (
    REFUSE_CHANGE,
    POST_ENTRY,
    GUARD_BALANCE,
    GUARD_RESERVATION,
    HOLD_RESERVATION,
    RECORD_COST_CHANGE,
    CHECK_SHARES,
)

LET_GO = """
FOR EACH ROW WHEN (OLD.status = 'pending' AND NEW.status <> 'pending') EXECUTE FUNCTION credit_reservations_hold()
"""

TRIGGERS = (
    ("credit_ledger", "post", "BEFORE INSERT", "FOR EACH ROW EXECUTE FUNCTION credit_ledger_post()"),
    (
        "credit_ledger",
        "append_only",
        "BEFORE UPDATE OR DELETE OR TRUNCATE",
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ),
    (
        "credit_balances",
        "guard",
        "BEFORE INSERT OR UPDATE OR DELETE",
        "FOR EACH ROW EXECUTE FUNCTION credit_balances_guard()",
    ),
    (
        "credit_balances",
        "keep",
        "BEFORE TRUNCATE",
        "FOR EACH STATEMENT EXECUTE FUNCTION credit_balances_guard()",
    ),
    (
        "credit_reservations",
        "guard",
        "BEFORE INSERT OR UPDATE OR DELETE",
        "FOR EACH ROW EXECUTE FUNCTION credit_reservations_guard()",
    ),
    ("credit_reservations", "keep", "BEFORE TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"),
    ("credit_reservations", "hold", "AFTER INSERT", "FOR EACH ROW EXECUTE FUNCTION credit_reservations_hold()"),
    (
        "credit_reservations",
        "let_go",
        "AFTER UPDATE",
        LET_GO,
    ),
    (
        "credit_cost_configs",
        "record",
        "AFTER INSERT OR UPDATE",
        "FOR EACH ROW EXECUTE FUNCTION credit_cost_configs_record()",
    ),
    ("credit_cost_configs", "keep", "BEFORE DELETE OR TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"),
    (
        "credit_cost_changes",
        "append_only",
        "BEFORE UPDATE OR DELETE OR TRUNCATE",
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ),
)

SHARES_TRIGGER = """
CREATE CONSTRAINT TRIGGER site_ai_budget_allocations_sum AFTER INSERT OR UPDATE OR DELETE ON site_ai_budget_allocations
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION site_ai_budget_allocations_sum()
"""


def upgrade() -> None:
    for table, name, rule in CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
    for function in FUNCTIONS:
        op.execute(function)
    for table, name, when, what in TRIGGERS:
        op.execute(f"CREATE TRIGGER {table}_{name} {when} ON {table} {what}")
        # ALWAYS: also where a session has set session_replication_role to replica.
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")
    op.execute(SHARES_TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER site_ai_budget_allocations_sum ON site_ai_budget_allocations")
    for table, name, _, _ in reversed(TRIGGERS):
        op.execute(f"DROP TRIGGER {table}_{name} ON {table}")
    for function in (
        "refuse_change()",
        "credit_ledger_post()",
        "credit_balances_guard()",
        "credit_reservations_guard()",
        "credit_reservations_hold()",
        "credit_cost_configs_record()",
        "credit_cost_facts(credit_cost_configs)",
        "site_ai_budget_allocations_sum()",
    ):
        op.execute(f"DROP FUNCTION {function}")
    for table, name, _ in CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
