"""A partner's site: an example of what can be built on the public API alone. It keeps nothing and sets no cookie."""
