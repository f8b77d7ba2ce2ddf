"""Real servers for the tests that need one: each on a free port, in a temporary folder that is gone afterwards."""
