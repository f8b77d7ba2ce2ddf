"""How does the demo content come into the CMS? As a member of staff would bring it, with the CMS's own settings.

Every step looks for its result first: killed midway, the next start goes on where this one stopped.
"""

import logging
import os
import sys
from pathlib import Path

import django


def main(data: Path, port_base: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.config.settings")
    django.setup()
    logging.disable(logging.INFO)  # the steps are told below, in words
    from django.contrib.auth import get_user_model

    from infra.local.beginnings import begin
    from infra.local.demo.masters import make_films, release_films, send_films
    from infra.local.demo.organisations import make_organisations
    from infra.local.demo.pages import draw_panels, release_comic, release_issues
    from infra.local.demo.sending import send_first_issue
    from infra.local.demo.tasks import note_loaded
    from infra.local.demo.terms import make_terms
    from infra.local.places import Place, Ports
    from infra.local.secrets import secrets_of

    begin(password=secrets_of(Place(data=data).secrets_file).staff_password)
    user = get_user_model().objects.filter(is_superuser=True).earliest("pk")
    make_terms()
    make_organisations(Place(data=data, ports=Ports(port_base)))
    films = make_films(user)
    send_films(films)  # their preparation goes on while the comic is drawn
    panels = draw_panels(user)
    release_films(films, user)
    release_comic(panels, user)
    release_issues(user)
    send_first_issue(user)
    note_loaded(data, "cms")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
