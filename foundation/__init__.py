"""What the three deployables share; it knows none of them."""
