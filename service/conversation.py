"""What was said before, as every part of the service reads it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Turn(BaseModel):
    """One earlier message of the conversation."""

    model_config = ConfigDict(frozen=True)

    role: Literal["user", "assistant", "system"]
    content: str
