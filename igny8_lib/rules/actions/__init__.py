"""What rules do: each kind of action, and which kinds there are (`kinds`)."""
