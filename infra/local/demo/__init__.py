"""What the demo shows: content about the real project, drawn and written for it."""
