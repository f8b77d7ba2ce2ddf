"""What staff see and do with films, and how their browsers send them."""
