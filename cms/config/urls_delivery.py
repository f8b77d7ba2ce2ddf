"""Which addresses does the delivery process answer?"""

from cms.delivery.urls import urlpatterns as delivery_urls
from foundation.web.checks import database_ready, migrations_applied
from foundation.web.health import health_urls

urlpatterns = [*health_urls(database_ready, migrations_applied), *delivery_urls]

handler400 = "cms.delivery.errors.bad_request"
handler404 = "cms.delivery.errors.not_found"
handler500 = "cms.delivery.errors.failed"
