"""Which address does the receiver answer? It takes its time for the answer, so that answers get lost, too."""

from threading import Event

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from foundation.events.views import receive
from foundation.web.keys import public

ANSWERS_AFTER_S = 0.05


@public
@csrf_exempt
def hear(request: HttpRequest, source: str) -> HttpResponse:
    """Make the event true, and be slow to say so: whoever dies now leaves an event that is heard twice."""
    answer = receive(request, source)
    Event().wait(ANSWERS_AFTER_S)
    return answer


urlpatterns = [path("hooks/<source>", hear)]
