from django.db import migrations

from cms.releases.immutability import install, remove


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
