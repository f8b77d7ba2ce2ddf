"""Which tables are not carried over, and why? Every other table of every app is."""

LEFT_OUT = {
    "sessions.Session": "Whoever was signed in signs in again.",
    "wagtailsearch.IndexEntry": "The search index differs between databases; it is built anew.",
    "wagtailsearch.SQLiteFTSIndexEntry": "The search index differs between databases; it is built anew.",
    "wagtailadmin.EditingSession": "Who has which page open at this moment means nothing in another place.",
}

MADE_BY_MIGRATIONS = frozenset(
    {
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_content_type",
        "wagtailcore_collection",
        "wagtailcore_groupapprovaltask",
        "wagtailcore_groupapprovaltask_groups",
        "wagtailcore_groupcollectionpermission",
        "wagtailcore_grouppagepermission",
        "wagtailcore_locale",
        "wagtailcore_page",
        "wagtailcore_site",
        "wagtailcore_task",
        "wagtailcore_workflow",
        "wagtailcore_workflowpage",
        "wagtailcore_workflowtask",
    }
)
"""Tables that are not empty in a new database. What ``migrate`` put there gives way to what is brought."""
