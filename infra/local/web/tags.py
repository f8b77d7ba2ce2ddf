"""Which tags do the templates of the small sites have besides Django's own?"""

from django.template import Context, Library

register = Library()


@register.simple_tag(takes_context=True)
def translate(context: Context, message: str) -> str:
    """``{% translate "…" %}``: the message in the visitor's language."""
    return str(context["gettext"](message))
