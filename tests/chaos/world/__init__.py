"""A small deployable whose jobs leave effects that can be counted: rows, files and events."""

LEASE_S = 4.0  # of its jobs: who sleeps for longer has lost them
