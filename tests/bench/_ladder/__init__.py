"""What the bench of the ladder measures with."""
