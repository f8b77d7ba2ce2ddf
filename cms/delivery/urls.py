"""Which addresses does the partner API have?"""

from django.urls import URLPattern, path

from cms.delivery import views
from foundation.web.keys import public

api: list[URLPattern] = [
    path("v1/tools", public(views.ToolsView.as_view()), name="tools"),
    path("v1/tools/<uuid:tool_id>", public(views.ToolView.as_view()), name="tool"),
    path("v1/tools/<uuid:tool_id>/releases", public(views.ReleasesView.as_view()), name="releases"),
    path(
        "v1/tools/<uuid:tool_id>/releases/<str:locale>/<int:number>",
        public(views.ReleaseView.as_view()),
        name="release",
    ),
    path("v1/changes", public(views.ChangesView.as_view()), name="changes"),
    path("v1/issues", public(views.IssuesView.as_view()), name="issues"),
]
urlpatterns: list[URLPattern] = [
    *api,
    path("v1/openapi.json", views.openapi, name="openapi"),
    path("files/<path:key>", views.asset, name="asset"),
    path("", views.home, name="home"),
]
