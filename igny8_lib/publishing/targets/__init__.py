"""Where articles go: one module per target, each a `Target`."""
