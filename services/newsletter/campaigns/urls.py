"""Where does the API answer?"""

from django.urls import path, re_path

from services.newsletter.campaigns import views

urlpatterns = [
    path("v1/lists", views.lists, name="lists"),
    path("v1/campaigns", views.campaigns, name="campaigns"),
    path("v1/campaigns/<uuid:campaign_id>", views.campaign, name="campaign"),
    re_path(
        r"^v1/campaigns/(?P<campaign_id>[0-9a-f-]{36})/(?P<steering>pause|resume|cancel|resend-in-doubt)$",
        views.steer,
        name="steer",
    ),
]
