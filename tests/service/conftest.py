"""A visitor in a browser, for the tests of the web page."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from service.settings import Settings
from service.wiring import Workshop
from tests.browsing import CHROMIUM, PATIENCE_MS, served


@pytest.fixture(scope="module")
def address(built: tuple[Settings, Workshop], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the application is served, with the composer as its writer."""
    folder = tmp_path_factory.mktemp("page") / "data"
    shutil.copytree(built[0].data_dir, folder)
    with served(Settings(data_dir=folder)) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, where there is one."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A visitor from Britain on a phone; nothing but this machine can be reached, and no script may fail."""
    opened = browser.new_context(base_url=address, locale="en-GB", viewport={"width": 320, "height": 640})
    opened.set_default_timeout(PATIENCE_MS)
    opened.route(lambda url: not url.startswith(address), lambda route: route.fulfill(body="weather"))
    failures: list[str] = []
    opened.on("weberror", lambda error: failures.append(str(error.error)))
    yield opened
    opened.close()
    assert failures == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """The page, just opened."""
    opened = context.new_page()
    opened.goto("/")
    return opened
