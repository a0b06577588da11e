"""The way to a provider; the only module that imports litellm."""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from service.errors import ConfigurationError, ProviderError
from service.writing.cooldown import Cooldown
from service.writing.spending import Spending
from service.writing.writer import Chunk, Usage

if TYPE_CHECKING:
    from types import ModuleType

log = logging.getLogger(__name__)
T = TypeVar("T")

_LONGEST_TOKEN = 8
_USUAL_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take: seconds for the whole reply, tokens, and further tries of each model."""

    timeout: float = 30.0
    max_tokens: int = 700
    retries: int = 1


class Gateway:
    """Streams one completion from whatever provider a LiteLLM model string names, or from the next that answers.

    LiteLLM's router tries a failing model again, as `Retry-After` says. Which model is asked next is decided here:
    the router would take a reply without a word for a success.
    """

    def __init__(
        self,
        model: str,
        api_base: str | None = None,
        limits: Limits | None = None,
        fallbacks: Sequence[str] = (),
        spending: Spending | None = None,
        cooldown: Cooldown | None = None,
    ) -> None:
        """`api_base` is the first model's; `fallbacks` are asked in their order when it fails before its first word."""
        self.model = model
        self._api_base = api_base
        self._limits = limits or Limits()
        self._models = tuple(dict.fromkeys((model, *fallbacks)))
        self._spending = spending or Spending(None)
        self._cooldown = cooldown or Cooldown()

    def check(self, setting: str) -> None:
        """Fail early where a model string cannot work; `setting` gave the first.

        Raises:
            ConfigurationError: LiteLLM knows no provider for a model string.
        """
        litellm = _litellm()
        for model in self._models:
            given = setting if model == self.model else "COACH_FALLBACK_MODELS"
            try:
                litellm.get_llm_provider(model, api_base=self._base(model))
            except litellm.exceptions.BadRequestError:
                raise ConfigurationError(
                    f"{given}={model!r} names no provider. Use a LiteLLM string such as 'openai/gpt-5-mini', "
                    "'anthropic/claude-sonnet-4-5' or 'ollama_chat/llama3.2'."
                ) from None
            if self._spending.limited and _cost(model, 1000, 1000) == 0:
                log.warning("%s has no known price: the budget does not count it", model)

    async def stream(self, messages: list[dict[str, str]]) -> AsyncGenerator[Chunk]:
        """Text as the provider writes it, within the limits. Once a word was given, no other model goes on.

        Raises:
            ProviderError: every provider is down, slow, refuses or sends no whole reply; or the budget is spent.
        """
        self._spending.check()
        now = asyncio.get_running_loop().time
        end, begun = now() + self._limits.timeout, False
        for model in self._models:
            last = model == self._models[-1]
            # Each has an equal part of the time to begin, so that there is time to ask the next.
            begin = end if last else now() + self._limits.timeout / len(self._models)
            try:
                async with aclosing(self._ask(model, messages, begin, end)) as chunks:
                    async for chunk in chunks:
                        begun = begun or bool(chunk.text)
                        yield chunk
            except ProviderError as error:
                log.warning("%s: %s", model, error)
                if begun or last:
                    raise
            else:
                return

    async def complete(self, messages: list[dict[str, str]]) -> Chunk:
        """The whole answer at once.

        Raises:
            ProviderError: as `stream`.
        """
        pieces = [piece async for piece in self.stream(messages)]
        usage = sum((piece.usage for piece in pieces), Usage())
        return Chunk("".join(piece.text for piece in pieces), usage, pieces[-1].model)

    async def _ask(self, model: str, messages: list[dict[str, str]], begin: float, end: float) -> AsyncGenerator[Chunk]:
        """One model's reply, with its first word by `begin` and its last by `end` on the loop's clock.

        Raises:
            ProviderError: whatever went wrong.
        """
        if self._cooldown.resting(model):
            raise ProviderError("the model is left alone for a while, because it went on failing")
        written, counted = 0, False
        try:
            async with aclosing(await _until(begin, self._open(model, messages))) as parts:
                while (part := await _until(end if written else begin, anext(parts, None))) is not None:
                    chunk = _chunk(part, model)
                    written += len(chunk.text)
                    if written > self._limits.max_tokens * _LONGEST_TOKEN:
                        raise ProviderError("the model wrote more than it was allowed to")
                    if chunk.usage != Usage():
                        counted = True
                        self._spending.add(chunk.usage.cost_usd)
                    if chunk.text or chunk.usage != Usage():
                        yield chunk
                _check_ending(parts.chunks, written)
        except ProviderError:
            raise
        except TimeoutError:
            self._cooldown.failed(model)
            raise ProviderError(f"the model did not {'finish' if written else 'begin'} in time") from None
        except Exception as error:  # noqa: BLE001 - malformed replies surface as whatever LiteLLM's parsers raise
            if not isinstance(error, _litellm().exceptions.BadRequestError):
                self._cooldown.failed(model)
            # Not chained: what a provider answers may repeat the key or the prompt.
            raise ProviderError(f"the model's provider failed ({type(error).__name__})") from None
        finally:
            if written and not counted:
                asked = sum(len(message["content"]) for message in messages)
                self._spending.add(_cost(model, asked // _USUAL_TOKEN, written // _USUAL_TOKEN))

    async def _open(self, model: str, messages: list[dict[str, str]]) -> Any:
        options = {"include_usage": True}
        return await self._router.acompletion(model=model, messages=messages, stream=True, stream_options=options)

    def _base(self, model: str) -> str | None:
        return self._api_base if model == self.model else None

    @cached_property
    def _router(self) -> Any:
        litellm = _litellm()
        return litellm.Router(
            model_list=[
                {
                    "model_name": model,
                    "litellm_params": {
                        "model": model,
                        "api_base": self._base(model),
                        "timeout": self._limits.timeout,
                        "max_tokens": self._limits.max_tokens,
                        "drop_params": True,
                    },
                    # LiteLLM would move the system prompt into the person's turn for a Gemini newer than its list.
                    "model_info": {
                        "id": model,
                        **({} if model in litellm.model_cost else {"supports_system_messages": True}),
                    },
                }
                for model in self._models
            ],
            num_retries=self._limits.retries,
            disable_cooldowns=True,
        )


async def close_connections() -> None:
    """Close what is kept open for further calls; to be awaited before an event loop ends on which models were asked."""
    litellm = _litellm()
    await litellm.close_litellm_async_clients()
    litellm.in_memory_llm_clients_cache.flush_cache()
    # Gemini is asked through a client of its own, which LiteLLM makes anew when it is missing.
    if (client := vars(litellm).pop("module_level_aclient", None)) is not None:
        await client.close()


async def _until(deadline: float, step: Awaitable[T]) -> T:
    # Around one step, never around a `yield`: there it would cancel whoever reads, in the middle of their own work.
    async with asyncio.timeout_at(deadline):
        return await step


def _chunk(part: Any, model: str) -> Chunk:
    text = (part.choices[0].delta.content or "") if part.choices else ""
    usage = getattr(part, "usage", None)
    if not usage:
        return Chunk(str(text), model=model)
    prompt, completion = usage.prompt_tokens or 0, usage.completion_tokens or 0
    return Chunk(str(text), Usage(prompt, completion, _cost(model, prompt, completion)), model)


def _check_ending(chunks: Sequence[Any], written: int) -> None:
    # Looked for in what the provider sent: LiteLLM makes up an end where there was none.
    reasons = {choice.finish_reason for chunk in chunks for choice in chunk.choices} - {None}
    if "content_filter" in reasons:
        raise ProviderError("the provider's content filter stopped the reply")
    if not written:
        raise ProviderError("the model's provider sent an empty reply")
    if not reasons:
        raise ProviderError("the reply broke off")


def _cost(model: str, prompt: int, completion: int) -> float:
    """US dollars by the price list that comes with LiteLLM; nothing where it knows no price."""
    litellm = _litellm()
    try:
        return float(sum(litellm.cost_per_token(model=model, prompt_tokens=prompt, completion_tokens=completion)))
    except (litellm.exceptions.ModelNotMappedError, litellm.exceptions.NotFoundError):
        return 0.0


@cache
def _litellm() -> "ModuleType":
    """litellm, quiet and offline: without this it fetches a cost map when imported, and logs what providers answer."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    os.environ.setdefault("LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS", "True")
    import litellm
    from litellm.llms.anthropic.chat.handler import ModelResponseIterator

    if not hasattr(ModelResponseIterator, "aclose"):
        # Without it, LiteLLM leaves the connection open when nobody reads on, and Claude goes on writing.
        ModelResponseIterator.aclose = _stop_reading  # type: ignore[attr-defined]
    litellm.suppress_debug_info = True
    litellm.telemetry = False
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return litellm


async def _stop_reading(stream: Any) -> None:
    await stream.streaming_response.aclose()
