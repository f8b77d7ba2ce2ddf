"""Where does the API answer?"""

from django.urls import path

from services.media_transcoder.orders import views

urlpatterns = [
    path("jobs", views.orders, name="orders"),
    path("jobs/<uuid:order_id>", views.order, name="order"),
    path("jobs/<uuid:order_id>/cancel", views.cancel, name="cancel"),
]
