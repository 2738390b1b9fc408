"""Pages of websites in a real WordPress."""
