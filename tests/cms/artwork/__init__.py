"""How pictures are taken, cleaned and released."""
