"""Pictures: cleaned as they arrive, described, private until a release takes a copy."""
