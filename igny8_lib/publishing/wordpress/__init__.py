"""An article as a WordPress post: its text, its fields, and whether what WordPress keeps still says the same."""
