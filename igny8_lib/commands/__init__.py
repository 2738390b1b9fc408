"""The `igny8` command line, one module per noun."""
