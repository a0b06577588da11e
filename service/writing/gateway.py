"""The way to a provider; the only module that imports litellm."""

import asyncio
import os
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

from service.errors import ConfigurationError, ProviderError
from service.writing.writer import Chunk, Usage

if TYPE_CHECKING:
    from types import ModuleType

_MAX_TOKENS = 700


class Gateway:
    """Streams one completion from whatever provider a LiteLLM model string names."""

    def __init__(self, model: str, api_base: str | None = None, timeout: float = 30.0) -> None:
        self.model = model
        self._api_base = api_base
        self._timeout = timeout

    def check(self, setting: str) -> None:
        """Fail early where the model string, given in `setting`, cannot work.

        Raises:
            ConfigurationError: LiteLLM knows no provider for the model string.
        """
        litellm = _litellm()
        try:
            litellm.get_llm_provider(self.model, api_base=self._api_base)
        except litellm.exceptions.BadRequestError:
            raise ConfigurationError(
                f"{setting}={self.model!r} names no provider. Use 'embedded' or a LiteLLM string such as "
                "'openai/gpt-5-mini', 'anthropic/claude-sonnet-4-5' or 'ollama/llama3.2'."
            ) from None

    async def stream(self, messages: list[dict[str, str]]) -> AsyncGenerator[Chunk]:
        """Text as the provider writes it, within the time limit for the whole reply.

        Raises:
            ProviderError: the provider is down, slow, refuses, or sends something that is not a completion.
        """
        litellm = _litellm()
        written = 0
        try:
            async with asyncio.timeout(self._timeout):
                stream = await litellm.acompletion(
                    model=self.model,
                    messages=messages,
                    api_base=self._api_base,
                    stream=True,
                    stream_options={"include_usage": True},
                    timeout=self._timeout,
                    num_retries=0,
                    max_tokens=_MAX_TOKENS,
                    drop_params=True,
                )
                async for part in stream:
                    chunk = _chunk(part)
                    written += len(chunk.text.strip())
                    yield chunk
        except TimeoutError as error:
            raise ProviderError(f"the model did not finish within {self._timeout:g} s") from error
        except _provider_faults(litellm) as error:
            raise ProviderError(f"the model's provider failed ({type(error).__name__})") from error
        if not written:
            raise ProviderError("the model's provider sent an empty reply")

    async def complete(self, messages: list[dict[str, str]]) -> Chunk:
        """The whole answer at once.

        Raises:
            ProviderError: as `stream`.
        """
        pieces = [piece async for piece in self.stream(messages)]
        return Chunk("".join(piece.text for piece in pieces), sum((piece.usage for piece in pieces), Usage()))


def _provider_faults(litellm: "ModuleType") -> tuple[type[Exception], ...]:
    import httpx
    import openai

    # Malformed streams surface as whatever the provider's parser raised.
    return (
        openai.OpenAIError,
        httpx.HTTPError,
        *litellm.exceptions.LITELLM_EXCEPTION_TYPES,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RuntimeError,
    )


def _chunk(part: Any) -> Chunk:
    usage = getattr(part, "usage", None)
    text = (part.choices[0].delta.content or "") if part.choices else ""
    counted = Usage(usage.prompt_tokens or 0, usage.completion_tokens or 0) if usage else Usage()
    return Chunk(str(text), counted)


def _litellm() -> "ModuleType":
    """litellm, quiet and offline: without this it fetches a cost map when imported."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    os.environ.setdefault("LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS", "True")
    import litellm

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    return litellm
