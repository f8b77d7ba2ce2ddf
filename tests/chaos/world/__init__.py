"""A small deployable whose jobs leave effects that can be counted: rows, files and events."""
