"""The tools: comics and films, one page per language."""
