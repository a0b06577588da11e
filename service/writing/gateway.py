"""The way to a provider; the only module that imports litellm."""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from service.errors import ConfigurationError, ProviderError
from service.writing.spending import Spending
from service.writing.writer import Chunk, Usage

if TYPE_CHECKING:
    from types import ModuleType

_COOLDOWN = 30.0
_FAILURES_BEFORE_COOLDOWN = 3
_LONGEST_TOKEN = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take: seconds for the whole reply, tokens, and tries of each model."""

    timeout: float = 30.0
    max_tokens: int = 700
    retries: int = 1


class Gateway:
    """Streams one completion from whatever provider a LiteLLM model string names, or from the next that answers."""

    def __init__(
        self,
        model: str,
        api_base: str | None = None,
        limits: Limits | None = None,
        fallbacks: Sequence[str] = (),
        spending: Spending | None = None,
    ) -> None:
        """`api_base` is the first model's; `fallbacks` are asked in their order when it fails before its first word."""
        self.model = model
        self._api_base = api_base
        self._limits = limits or Limits()
        self._fallbacks = tuple(fallbacks)
        self._spending = spending or Spending(None)

    def check(self, setting: str) -> None:
        """Fail early where a model string, given in `setting`, cannot work.

        Raises:
            ConfigurationError: LiteLLM knows no provider for a model string.
        """
        litellm = _litellm()
        for model in (self.model, *self._fallbacks):
            try:
                litellm.get_llm_provider(model, api_base=self._api_base if model == self.model else None)
            except litellm.exceptions.BadRequestError:
                raise ConfigurationError(
                    f"{setting}={model!r} names no provider. Use 'embedded' or a LiteLLM string such as "
                    "'openai/gpt-5-mini', 'anthropic/claude-sonnet-4-5' or 'ollama/llama3.2'."
                ) from None

    async def stream(self, messages: list[dict[str, str]]) -> AsyncGenerator[Chunk]:
        """Text as the provider writes it, within the limits.

        Raises:
            ProviderError: every provider is down, slow, refuses or sends no completion; or the budget is spent.
        """
        self._spending.check()
        litellm = _litellm()
        written = 0
        try:
            async with asyncio.timeout(self._limits.timeout), aclosing(await self._open(messages)) as parts:
                async for part in parts:
                    chunk = self._chunk(part)
                    written += len(chunk.text)
                    if written > self._limits.max_tokens * _LONGEST_TOKEN:
                        raise ProviderError("the model wrote more than it was allowed to")
                    self._spending.add(chunk.usage.cost_usd)
                    yield chunk
        except TimeoutError as error:
            raise ProviderError(f"the model did not finish within {self._limits.timeout:g} s") from error
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

    async def _open(self, messages: list[dict[str, str]]) -> Any:
        return await self._router.acompletion(
            model=self.model,
            messages=messages,
            stream=True,
            stream_options={"include_usage": True},
        )

    @cached_property
    def _router(self) -> Any:
        models = list(dict.fromkeys((self.model, *self._fallbacks)))
        return _litellm().Router(
            model_list=[
                {
                    "model_name": model,
                    "litellm_params": {
                        "model": model,
                        "api_base": self._api_base if model == self.model else None,
                        "timeout": self._limits.timeout,
                        "max_tokens": self._limits.max_tokens,
                        "drop_params": True,
                    },
                    "model_info": {"id": model},
                }
                for model in models
            ],
            fallbacks=[{self.model: models[1:]}] if len(models) > 1 else [],
            num_retries=self._limits.retries,
            allowed_fails=_FAILURES_BEFORE_COOLDOWN,
            cooldown_time=_COOLDOWN,
        )

    def _chunk(self, part: Any) -> Chunk:
        text = (part.choices[0].delta.content or "") if part.choices else ""
        model = str(getattr(part, "_hidden_params", {}).get("model_id") or self.model)
        usage = getattr(part, "usage", None)
        return Chunk(str(text), _counted(model, usage) if usage else Usage(), model)


def _counted(model: str, usage: Any) -> Usage:
    """Tokens, and what they cost by the price list that comes with LiteLLM; nothing where it knows no price."""
    prompt, completion = usage.prompt_tokens or 0, usage.completion_tokens or 0
    litellm = _litellm()
    try:
        cost = sum(litellm.cost_per_token(model=model, prompt_tokens=prompt, completion_tokens=completion))
    except litellm.exceptions.NotFoundError:
        cost = 0.0
    return Usage(prompt, completion, cost)


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


def _litellm() -> "ModuleType":
    """litellm, quiet and offline: without this it fetches a cost map when imported, and logs what providers answer."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    os.environ.setdefault("LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS", "True")
    import litellm

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return litellm
