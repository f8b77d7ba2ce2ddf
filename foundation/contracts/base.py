"""What do all contracts have in common?"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Locale = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="A BCP 47 language tag.")]
StoreKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=400)]


class Contract(BaseModel):
    """Frozen, strict about names: an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")
