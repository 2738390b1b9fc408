"""Automation rules: when this happens and that holds, do this, within these limits."""
