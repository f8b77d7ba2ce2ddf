"""Which addresses does the editing process answer? None of pages: releases are public, in the delivery process."""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.config.views import staff_media
from foundation.events.views import receive
from foundation.web.checks import database_ready, migrations_applied, private_store_writable, public_store_writable
from foundation.web.health import health_urls
from foundation.web.keys import public

urlpatterns = [
    *health_urls(database_ready, migrations_applied, private_store_writable, public_store_writable),
    path("", public(RedirectView.as_view(pattern_name="wagtailadmin_home")), name="root"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),  # for staff only: see wagtail_hooks
    path("hooks/<source>", receive, name="hooks"),
    path("media/<path:key>", staff_media, name="staff-media"),
]
