"""A stock Wagtail whose pages are read through its API v2, as its documentation sets it up."""
