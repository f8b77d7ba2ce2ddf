"""Which addresses do the screens of the newsroom have, below the admin's own?"""

from django.urls import path

from cms.newsroom.views import sending_screen, sendings

app_name = "newsroom"
urlpatterns = [
    path("<int:page_id>/send/", sending_screen.SendView.as_view(), name="send"),
    path("<int:page_id>/send/confirm/", sending_screen.ConfirmView.as_view(), name="confirm"),
    path("sendings/<uuid:sending_id>/", sendings.SendingView.as_view(), name="sending"),
    path("sendings/<uuid:sending_id>/progress/", sendings.progress, name="sending-live"),
    path("sendings/<uuid:sending_id>/<slug:steering>/", sendings.steer, name="steer"),
]
