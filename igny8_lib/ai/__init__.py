"""The AI client, the functions it serves, and metered calls (reserve, call, settle)."""
