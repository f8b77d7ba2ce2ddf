"""A small deployable the tests run the foundation in."""
