"""What the bench of films in chunks measures with."""
