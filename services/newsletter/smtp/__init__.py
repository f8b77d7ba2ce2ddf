"""How is mail handed to a relay? A client of RFC 5321 that pipelines and knows what it doesn't know. Only ``configured`` knows Django."""
