"""Newsletter issues, and the CMS's side of the newsletter service."""
