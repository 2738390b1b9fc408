"""The Optimizer: better texts only, each paid once."""
