"""Costs, ledger, reservations, budgets, replenishment and estimates."""
