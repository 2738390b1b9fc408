"""The REST API under /igny8/api/v1/: a router per group, the shapes of its answers beside it."""
