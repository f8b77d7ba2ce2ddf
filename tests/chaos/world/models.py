"""What is left behind? Rows without any constraint, so that an effect that happened twice is seen twice."""

from typing import ClassVar

from django.db import models


class Effect(models.Model):
    """A job's effect: ``what`` tells which job, ``sha256`` which file lies in the public store."""

    what = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)

    objects: ClassVar[models.Manager["Effect"]] = models.Manager()  # said, for a type checker that knows no such app

    def __str__(self) -> str:
        return self.what


class Heard(models.Model):
    """An event's effect at the receiver."""

    event = models.CharField(max_length=100)

    objects: ClassVar[models.Manager["Heard"]] = models.Manager()

    def __str__(self) -> str:
        return self.event
