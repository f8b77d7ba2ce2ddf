"""What does the newsletter service answer to?"""

from django.urls import include, path

from foundation.events.views import receive
from foundation.web.checks import database_ready, migrations_applied
from foundation.web.health import health_urls

handler404 = "services.newsletter.pages.archive.not_found"

urlpatterns = [
    *health_urls(database_ready, migrations_applied),
    path("hooks/<str:source>", receive, name="hooks"),
    path("", include("services.newsletter.campaigns.urls")),
    path("", include("services.newsletter.pages.urls")),
]
