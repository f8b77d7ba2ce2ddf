"""Where does the house put its colours into Wagtail's admin?"""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def house_style() -> SafeString:
    """Load our style after Wagtail's."""
    return format_html('<link rel="stylesheet" href="{}">', static("config/admin.css"))
