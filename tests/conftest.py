"""What every test stands on: a clean environment, and one data folder whose index is built once."""

import os
import shutil
from pathlib import Path

import pytest

from knowledge.encoder import MiniLMEncoder
from service.settings import Settings
from service.wiring import Workshop, build_workshop
from service.writing.gateway import Gateway, Limits
from tests.protocols import DIALECTS
from tests.providers import in_one_loop, speaks, writes

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(autouse=True, scope="session")
def clean_environment() -> None:
    """No setting and no key of whoever runs the tests reaches them; real providers cannot be called."""
    for name in list(os.environ):
        if name.startswith("COACH_") or name.endswith("_API_KEY"):
            del os.environ[name]


@pytest.fixture(scope="session")
def litellm_ready() -> None:
    """LiteLLM, imported and asked in every protocol: its first calls take seconds that are not a provider's."""
    for dialect in DIALECTS:
        with speaks(dialect, writes("ready")) as provider, pytest.MonkeyPatch.context() as patch:
            patch.setenv(dialect.key, "none")
            gateway = Gateway(dialect.model, provider.base, Limits(300.0))
            in_one_loop(gateway.complete([{"role": "user", "content": "hello"}]), 300.0)


@pytest.fixture(scope="session")
def encoder() -> MiniLMEncoder:
    """The packaged encoder."""
    return MiniLMEncoder()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Workshop]:
    """A data folder with an up-to-date index, and the parts that were built on it. Only to be read."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("built"))
    return settings, build_workshop(settings)


@pytest.fixture
def workshop(built: tuple[Settings, Workshop]) -> Workshop:
    """Guards, retriever and composer, ready."""
    return built[1]


@pytest.fixture
def settings(built: tuple[Settings, Workshop], tmp_path: Path) -> Settings:
    """Settings with a data folder of the test's own, whose index need not be built again."""
    folder = tmp_path / "data"
    shutil.copytree(built[0].data_dir, folder)
    return Settings(data_dir=folder)


@pytest.fixture
def shared() -> Path:
    """The folder of shared input; tests that need it are skipped elsewhere."""
    if not SHARED.is_dir():
        pytest.skip("the shared input is not on this machine")
    return SHARED
