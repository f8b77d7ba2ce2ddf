"""Which addresses do the screens about releases have, below the admin's own?"""

from django.urls import path

from cms.releases.views import compare, editor, history, recall

app_name = "releases"
urlpatterns = [
    path("<int:page_id>/checklist/", editor.checklist, name="checklist"),
    path("<int:page_id>/", history.ReleaseHistoryView.as_view(), name="history"),
    path("<int:page_id>/compare/", compare.CompareView.as_view(), name="compare"),
    path("<int:page_id>/recall/", recall.RecallView.as_view(), name="recall"),
    path("recalls/<uuid:recall_id>/", recall.RecallProgressView.as_view(), name="recall-progress"),
    path("recalls/<uuid:recall_id>/progress/", recall.progress, name="recall-live"),
]
