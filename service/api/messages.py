"""The conversation as OpenAI's clients send it: all of it, with every request."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator
from pydantic_core import PydanticCustomError

from service.conversation import Turn
from service.errors import BadRequest
from service.inputs import MAX_CHARACTERS, check_characters, check_text


class TextPart(BaseModel):
    """A part of a message."""

    type: Literal["text"]
    text: str


def _joined(content: object) -> object:
    if content is None:
        return ""
    return "\n".join(map(_text, content)) if isinstance(content, list) else content


def _text(part: object) -> str:
    match part:
        case {"type": "text", "text": str(text)}:
            return text
        case {"type": str(kind)} if kind != "text":
            raise PydanticCustomError("not_text", "only text can be read, no {kind}", {"kind": kind[:40]})
    raise PydanticCustomError("not_text", "a part is an object with 'type': 'text' and a 'text'")


class Message(BaseModel):
    """One message; parts of text are joined."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[str, BeforeValidator(_joined, json_schema_input_type=str | list[TextPart] | None)] = ""


def read(messages: Sequence[Message]) -> tuple[str, tuple[Turn, ...]]:
    """What the person says now, which is all that they wrote after the last answer, and what was said before.

    System and developer messages are set aside: the coach has its own instructions, and no other text may change what
    its guards read. Of a message before the last answer as much is read as a turn may have.

    Raises:
        BadRequest: the person says nothing, or something that is not text.
    """
    said = [
        Turn(role=message.role, content=message.content)
        for message in messages
        if message.role in ("user", "assistant") and message.content.strip()
    ]
    for turn in said:
        check_characters(turn.content, "messages")
    unanswered = list(takewhile(lambda turn: turn.role == "user", reversed(said)))
    if not unanswered:
        raise BadRequest("messages must end with a user message that has text", "messages")
    message = "\n\n".join(turn.content for turn in reversed(unanswered))
    check_text(message, "messages")
    earlier = said[: -len(unanswered)]
    return message, tuple(turn.model_copy(update={"content": turn.content[:MAX_CHARACTERS]}) for turn in earlier)
