"""What does the transcoder answer to?"""

from django.urls import include, path

from foundation.web.checks import database_ready, migrations_applied, private_store_writable
from foundation.web.health import health_urls
from services.media_transcoder.orders.health import encoder_configured

urlpatterns = [
    *health_urls(database_ready, migrations_applied, private_store_writable, encoder_configured),
    path("v1/", include("services.media_transcoder.orders.urls")),
]
