"""Where does the taxonomy join Wagtail's admin?"""

from wagtail.snippets.models import register_snippet

from cms.taxonomy.viewsets import TaxonomyGroup

register_snippet(TaxonomyGroup)
