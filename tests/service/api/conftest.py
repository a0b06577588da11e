"""One running coach for the tests that only talk to it."""

import shutil
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.settings import Settings
from service.wiring import Workshop
from tests.service.api.serving import served


@pytest.fixture(scope="package")
def base_url(built: tuple[Settings, Workshop], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a served coach: the composer writes, no keys are set."""
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(built[0].data_dir, folder)
    with served(Settings(data_dir=folder)) as url:
        yield url


@pytest.fixture(scope="package")
def client(built: tuple[Settings, Workshop], tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The same without a socket."""
    folder = tmp_path_factory.mktemp("called") / "data"
    shutil.copytree(built[0].data_dir, folder)
    with TestClient(create_app(Settings(data_dir=folder)), raise_server_exceptions=False) as opened:
        yield opened
