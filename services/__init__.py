"""The deployables beside the CMS: each with its own database and settings."""
