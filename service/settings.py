"""Settings from the environment (`COACH_…`), read once and frozen."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.errors import ConfigurationError

EMBEDDED = "embedded"


def _default_data_dir() -> Path:
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "trust-coach"


class Settings(BaseSettings):
    """Every setting of the service; `docs/settings.md` tells what each does."""

    model_config = SettingsConfigDict(env_prefix="COACH_", frozen=True, extra="ignore", env_ignore_empty=True)

    model: str = Field(EMBEDDED, description="`embedded` for the composer, else any LiteLLM model string.")
    model_api_base: str | None = Field(None, description="Base URL of the model's API.")
    fallback_models: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Comma-separated models that are asked in turn when the first fails."
    )
    model_timeout: float = Field(30.0, gt=0, le=600, description="Seconds a provider may take for one reply.")
    model_retries: int = Field(1, ge=0, le=10, description="Further tries of a model that fails.")
    model_max_tokens: int = Field(700, ge=50, le=8000, description="Tokens that a model may write for one reply.")
    model_budget: float | None = Field(None, gt=0, description="US dollars that models may cost in a day.")
    turn_timeout: float = Field(60.0, gt=0, le=1200, description="Seconds for all drafts of a turn together.")
    judge_model: str | None = Field(None, description="LiteLLM model that is asked where the guards are not sure.")
    judge_timeout: float = Field(10.0, gt=0, le=120, description="Seconds that the judge model may take.")
    redact: bool = Field(False, description="Whether names, addresses and numbers are kept from models.")
    data_dir: Path = Field(default_factory=_default_data_dir, description="Folder for sessions, articles and index.")
    chroma_url: str | None = Field(None, description="A Chroma server for the index, e.g. `http://chroma:8000`.")
    chroma_token: SecretStr | None = Field(None, description="What the Chroma server asks for, if anything.")
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Comma-separated keys; without any, only loopback may connect."
    )
    locale: str = Field("en", description="Locale of people who name none, e.g. `en-GB`; chooses crisis resources.")
    handover_url: str | None = Field(None, description="Where a turn that may need a human is told of.")
    handover_content: bool = Field(False, description="Whether the message goes along.")
    release: Literal["sentence", "reply"] = Field(
        "sentence", description="Whether a streamed reply leaves sentence by sentence or all at once."
    )

    @field_validator("api_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        return tuple(key.strip() for key in value.split(",") if key.strip()) if isinstance(value, str) else value

    @field_validator("fallback_models", mode="before")
    @classmethod
    def _split_models(cls, value: object) -> object:
        return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value

    @field_validator("chroma_url")
    @classmethod
    def _address_a_server(cls, value: str | None) -> str | None:
        if value is not None and re.fullmatch(r"https?://[^\s/@]+(?:/\S*)?", value) is None:
            raise ValueError(
                "is not the address of a server; it looks like http://chroma:8000, without user or password"
            )
        return value

    @field_validator("model")
    @classmethod
    def _name_a_model(cls, value: str) -> str:
        if value.strip() in ("list", "help", "none", "default"):
            raise ValueError("is not a model; use 'embedded' or a LiteLLM string such as 'openai/gpt-5-mini'")
        return value.strip()


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        ConfigurationError: names every setting that is wrong, and how.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"COACH_{str(problem['loc'][0]).upper()}: {problem['msg']}" for problem in error.errors(include_input=False)
        )
        raise ConfigurationError(wrong) from error
