"""What people and the AI say a website shall be: blueprints and their pages."""
