"""Results as records (for JSON and tables) and as plain text."""
