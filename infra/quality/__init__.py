"""What keeps the house in order: checks, tests, translations."""
