"""Which style sheet and scripts do the screens of films need?"""

from django.forms import Media, Script

STYLES = Media(css={"all": ["films/films.css"]})
SCRIPTS = STYLES + Media(js=[Script(f"films/{name}.js", defer=True) for name in ("tus", "upload", "situation")])
