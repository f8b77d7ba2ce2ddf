"""Tests of what the benches calculate."""
