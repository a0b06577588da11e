"""Writers of drafts that stand in for the coach's own: any Inspect model, and models that mean harm."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    Model,
    ModelOutput,
    ModelUsage,
    get_model,
)

from service.errors import ProviderError
from service.writing.litellm_writer import messages_for
from service.writing.writer import Brief, Chunk, Usage

_PIECE = 3
"""Characters a chunk: drafts come as a provider streams them, cut anywhere."""

_HARMLESS = "Thank you for telling me. What happened then, as far as you remember it?"

_MESSAGES: dict[str, type[ChatMessageSystem] | type[ChatMessageUser] | type[ChatMessageAssistant]] = {
    "system": ChatMessageSystem,
    "user": ChatMessageUser,
    "assistant": ChatMessageAssistant,
}


@dataclass(frozen=True, slots=True)
class InspectWriter:
    """Drafts with an Inspect model, from the same prompt as in service; the calls stand in the log."""

    model: Model

    @property
    def name(self) -> str:
        return str(self.model)

    async def write(self, brief: Brief) -> AsyncGenerator[Chunk]:
        messages: list[ChatMessage] = [
            _MESSAGES[message["role"]](content=message["content"]) for message in messages_for(brief)
        ]
        output = await self.model.generate(messages)
        text = output.completion
        if not text.strip():
            raise ProviderError("the model sent an empty reply")
        for start in range(0, len(text), _PIECE):
            yield Chunk(text[start : start + _PIECE])
        if output.usage is not None:
            yield Chunk("", Usage(output.usage.input_tokens, output.usage.output_tokens))


def stubborn(draft: str, on: str | None = None) -> InspectWriter:
    """A model that writes this draft whatever it is told, again and again.

    Where `on` is given, only that message gets it, and every other a harmless reply.
    """

    def output(input: list[ChatMessage], *_: object) -> ModelOutput:
        written = draft if on is None or input[-1].text == on else _HARMLESS
        answer = ModelOutput.from_content("mockllm/stubborn", written)
        # Without usage the mock would count tokens, with a vocabulary that it downloads.
        answer.usage = ModelUsage(input_tokens=0, output_tokens=0, total_tokens=0)
        return answer

    return InspectWriter(get_model("mockllm/stubborn", custom_outputs=output, memoize=False))
