"""The texts of the demo: facts of the real project in our own words, people by their role."""
