"""Which addresses does the example answer?"""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from foundation.events.views import receive
from foundation.storage import private_store
from foundation.storage.serving import file_response
from foundation.web.checks import database_ready, migrations_applied, private_store_writable
from foundation.web.health import health_urls
from foundation.web.keys import public, service_key_required
from foundation.web.requests import current_request_id


@public
def hello(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(current_request_id())


@public
def relaxed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("relaxed", headers={"Content-Security-Policy": "default-src 'self' data:"})


@service_key_required("EXAMPLE_KEY")
def guarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("welcome")


@public
def film(request: HttpRequest, key: str) -> object:
    return file_response(
        request, private_store(), key, media_type="video/mp4", etag="the-tag", cache_control="private, max-age=60"
    )


urlpatterns = [
    path("hello/<token>", hello, name="hello"),
    path("relaxed", relaxed),
    path("guarded", guarded, name="guarded"),
    path("files/<path:key>", film, name="film"),  # type: ignore[arg-type]
    path("hooks/<source>", receive, name="hooks"),
    *health_urls(database_ready, migrations_applied, private_store_writable),
]
