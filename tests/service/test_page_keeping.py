"""What the web page keeps and forgets, in a real browser, over the real application."""

import json
import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from service.settings import Settings
from tests.browsing import becomes_gone, say, served, stored
from tests.service.test_flow import QUESTION


def test_a_talk_is_remembered_only_where_the_person_says_so(context: BrowserContext, page: Page) -> None:
    sent = say(page, QUESTION)
    forgotten = f"/v1/sessions/{sent['session_id']}"
    page.goto("/web/icon.svg")
    assert becomes_gone(page, forgotten)

    page.goto("/")
    page.get_by_label("Remember on this device").check()
    assert stored(page) == 0
    say(page, QUESTION)
    assert stored(page) == 1
    page.reload()
    assert page.locator(".turn").count() == 0
    page.get_by_role("button", name="Go on with it").click()
    expect(page.locator(".mine")).to_have_text(re.compile("I lied to her about money"))
    page.get_by_label("Remember on this device").uncheck()
    assert stored(page) == 0


def test_what_the_coach_noted_can_be_seen_taken_back_and_downloaded(page: Page) -> None:
    say(page, "She asked for space last week. I lied to her about money.")
    page.get_by_role("tab", name="What is kept").click()
    expect(page.get_by_text("They asked for space", exact=True)).to_be_visible()
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="Download my data").click()
    exported = json.loads(downloaded.value.path().read_text())
    assert exported["ledger"][0]["sentence"] == "She asked for space last week."
    page.get_by_role("button", name="That's not what I said").click()
    expect(page.get_by_text("Nothing so far.")).to_be_visible()
    assert page.request.get(f"/v1/sessions/{exported['session_id']}").json()["ledger"] == []


def test_what_was_noted_of_the_story_is_shown_where_there_is_some(page: Page) -> None:
    say(page, QUESTION)
    kept = {"exchanges": [{}], "ledger": [], "journey": [{"fact": "broke_trust", "sentence": "I lied about money."}]}
    page.route("**/v1/sessions/*", lambda route: route.fulfill(json=kept))
    page.get_by_role("tab", name="What is kept").click()
    expect(page.locator(".noted li").get_by_text("I lied about money.")).to_be_visible()
    expect(page.locator(".noted strong")).to_have_text("broke trust")


@pytest.mark.parametrize("how", ["tap", "keys"])
def test_leaving_is_quick_and_leaves_nothing(page: Page, how: str) -> None:
    sent = say(page, QUESTION)
    session = f"/v1/sessions/{sent['session_id']}"
    if how == "tap":
        page.get_by_role("link", name="Leave").click()
    else:
        for _ in range(3):
            page.keyboard.press("Escape")
    page.wait_for_url(re.compile("weather"))
    assert page.evaluate("history.length") <= 2
    assert becomes_gone(page, session)
    page.go_back()
    assert "I lied to her" not in page.content()


def test_the_page_asks_once_for_a_key(settings: Settings, browser: Browser) -> None:
    with served(Settings(data_dir=settings.data_dir, api_keys="secret")) as keyed:
        page = browser.new_page(base_url=keyed)
        page.goto("/")
        page.get_by_label("Write to the coach").fill(QUESTION)
        page.get_by_role("button", name="Send", exact=True).click()
        dialog = page.get_by_role("dialog", name="This coach asks for a key")
        dialog.get_by_label("Key").fill("wrong")
        dialog.get_by_role("button", name="Go on").click()
        expect(dialog.get_by_text("That key was not accepted.")).to_be_visible()
        dialog.get_by_label("Key").fill("secret")
        dialog.get_by_role("button", name="Go on").click()
        expect(page.locator("#said")).to_have_text("The answer is complete.")
        say(page, "and then?")
        assert stored(page) == 0
        page.close()
