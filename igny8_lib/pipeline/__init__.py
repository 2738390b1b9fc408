"""The path from keywords to review, top-down."""
