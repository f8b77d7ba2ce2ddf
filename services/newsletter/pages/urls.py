"""Where are the readers' pages?"""

from django.urls import path
from django.views.generic import RedirectView

from foundation.web.keys import public
from services.newsletter.pages import views
from services.newsletter.pages.archive import archive

urlpatterns = [
    path("", public(RedirectView.as_view(pattern_name="subscribe", query_string=True)), name="home"),
    path("subscribe/", views.subscribe, name="subscribe"),
    path("subscribe/sent/", views.sent, name="sent"),
    path("confirm/<str:token>", views.confirm, name="confirm"),
    path("unsubscribe/<str:token>", views.unsubscribe, name="unsubscribe"),
    path("preferences/<str:token>", views.preferences, name="preferences"),
    path("archive/<uuid:campaign_id>/<str:locale>", archive, name="archive"),
]
