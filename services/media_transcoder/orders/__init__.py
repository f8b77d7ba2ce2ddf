"""Films to prepare, as the CMS asks for them."""
