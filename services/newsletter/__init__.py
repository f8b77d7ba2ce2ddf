"""Lists, subscribers, campaigns and their delivery: the newsletter service."""
