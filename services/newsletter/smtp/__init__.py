"""How is mail handed to a relay? A client of RFC 5321 that pipelines. Only ``configured`` knows Django."""
