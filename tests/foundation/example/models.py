"""What do the example's jobs and events leave behind? Rows that can be counted."""

from typing import ClassVar

from django.db import models


class Trace(models.Model):
    """Something that was done; ``fence`` and ``pid`` tell by whom."""

    what = models.CharField(max_length=200)
    fence = models.PositiveIntegerField(default=0)
    pid = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["Trace"]] = models.Manager()  # said, for a type checker that knows no example app

    def __str__(self) -> str:
        return self.what
