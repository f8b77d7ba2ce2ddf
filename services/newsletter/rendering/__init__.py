"""How does content become a mail? Sanitised, as MJML, once per language; no models in here."""
