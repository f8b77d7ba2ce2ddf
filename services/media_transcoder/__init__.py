"""A film in, a ladder of renditions out: upright, in sync and free of personal metadata."""
