"""The roles and the user of Airflow's auth manager (FAB) that the product knows by name."""

from __future__ import annotations

ADMIN_ROLE = "Admin"
"""Airflow's own: the platform's admins, whom everything is open to."""
MEMBER_ROLE = "IGNY8 member"
"""Of the product's users: it holds no permission at all, for the product answers for them."""
TECHNICAL_ROLE = "IGNY8 reconciler"
TECHNICAL_USER = "igny8-reconciler"
"""As whom the product's tasks speak to Airflow's API: no person."""
