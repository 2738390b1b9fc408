"""The review queue: what waits for people, and approving it."""
