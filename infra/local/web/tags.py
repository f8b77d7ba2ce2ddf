"""Which tags do the templates of the small sites have besides Django's own?"""

from urllib.parse import urlencode

from django.template import Context, Library

register = Library()


@register.simple_tag(takes_context=True)
def translate(context: Context, message: str) -> str:
    """``{% translate "…" %}``: the message in the visitor's language."""
    return str(context["gettext"](message))


@register.simple_tag
def static(name: str) -> str:
    """``{% static "site.css" %}``: the address of a file of the site itself."""
    return f"/static/{name}"


@register.simple_tag(takes_context=True)
def url(context: Context, name: str, *parts: str, **query: str) -> str:
    """``{% url "tool" tool.id %}``: the address of a page; a language the visitor has chosen is carried along."""
    asked = {"lang": context["chosen_language"], **query}
    sent = {key: value for key, value in asked.items() if value}
    path: str = context["addresses"][name].format(*parts)
    return f"{path}?{urlencode(sent)}" if sent else path
