"""Which address does the receiver answer?"""

from django.urls import path

from foundation.events.views import receive

urlpatterns = [path("hooks/<source>", receive)]
