"""Posting an entry and holding an amount without work that is almost never needed.

- The key of an entry is looked up by the index of keys, whatever the table's statistics say. A session plans a
  statement of a function once; while the ledger was new, that plan could as well take the index by account, and read
  all entries of the account for every one that is posted, until the table was analyzed. Only the index of keys has
  the order that is asked for.
- The balance row is made where it is missing, and not tried to be made each time.
"""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

# The UPDATE locks the account's balance row, so entries of one account are posted one after the other. The key is
# looked up under that lock and refused here, because a BEFORE trigger also fires for a row that ON CONFLICT DO
# NOTHING then drops: without the check the balance would move and the entry would be missing.
POST_ENTRY = """
CREATE OR REPLACE FUNCTION credit_ledger_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE credit_balances SET balance = balance + NEW.amount
        WHERE account_id = NEW.account_id RETURNING balance INTO NEW.balance_after;
    IF NOT FOUND THEN
        INSERT INTO credit_balances (account_id) VALUES (NEW.account_id) ON CONFLICT DO NOTHING;
        UPDATE credit_balances SET balance = balance + NEW.amount
            WHERE account_id = NEW.account_id RETURNING balance INTO NEW.balance_after;
    END IF;
    PERFORM FROM credit_ledger WHERE account_id = NEW.account_id
        AND idempotency_key BETWEEN NEW.idempotency_key AND NEW.idempotency_key ORDER BY idempotency_key LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'account % has a ledger entry with key % already', NEW.account_id, NEW.idempotency_key
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'uq_credit_ledger_account_id_idempotency_key';
    END IF;
    RETURN NEW;
END $$;
"""

HOLD_RESERVATION = """
CREATE OR REPLACE FUNCTION credit_reservations_hold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change bigint := CASE TG_OP WHEN 'INSERT' THEN NEW.amount ELSE -OLD.amount END;
BEGIN
    UPDATE credit_balances SET reserved = reserved + change WHERE account_id = NEW.account_id;
    IF NOT FOUND THEN
        INSERT INTO credit_balances (account_id) VALUES (NEW.account_id) ON CONFLICT DO NOTHING;
        UPDATE credit_balances SET reserved = reserved + change WHERE account_id = NEW.account_id;
    END IF;
    RETURN NULL;
END $$;
"""


def upgrade() -> None:
    for function in (POST_ENTRY, HOLD_RESERVATION):
        op.execute(function)


def downgrade() -> None:
    """As 0005 made them."""
    if (scripts := op.get_context().script) is None:
        raise RuntimeError("Alembic runs this migration without its scripts: run it as `igny8 init` does.")
    before = scripts.get_revision("0005").module
    for function in (before.POST_ENTRY, before.HOLD_RESERVATION):
        op.execute(function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
