"""What must hold of whole websites, from a brief to what a visitor's browser shows."""
