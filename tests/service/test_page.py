"""The web page, in a real browser, over the real application."""

import re

from playwright.sync_api import BrowserContext, Page, Route, expect

from knowledge.resources import load_resources
from tests.browsing import say, send, sse, stored
from tests.service.test_flow import QUESTION

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> [1] {{title}} hi"
CRISIS = "I can't go on. I want to kill myself tonight."


def test_a_streamed_turn_shows_its_sentences_and_sources(page: Page) -> None:
    expect(page.get_by_text("You are talking to an AI")).to_be_visible()
    sent = say(page, QUESTION)
    assert sent["stream"] is True
    assert sent["locale"] == "en-GB"
    kept = page.request.get(f"/v1/sessions/{sent['session_id']}").json()
    answer = re.sub(r"\s|\[\d+\]", "", kept["exchanges"][0]["reply"])
    shown = page.locator(".words")
    assert re.sub(r"\s|\d(?=\s|$)", "", shown.inner_text()).startswith(answer[:60])
    assert shown.locator(".sentence").count() > 2
    page.get_by_role("button", name="Source 1").first.click()
    expect(page.locator("details[data-source='1'] blockquote")).to_be_visible()
    assert page.locator("[role=log][aria-live=polite] .sentence").count() > 2
    assert stored(page) == 0


def test_in_a_crisis_people_can_be_called(page: Page) -> None:
    say(page, CRISIS)
    reach = page.locator(".reach")
    expect(reach.get_by_role("link", name="999")).to_have_attribute("href", "tel:999")
    expect(reach.get_by_role("link", name="116 123")).to_have_attribute("href", "tel:116123")
    expect(reach.get_by_role("link", name="116 123")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Help now")).to_be_in_viewport()


def test_help_is_a_tap_away_and_follows_the_country(page: Page) -> None:
    page.get_by_role("button", name="Help now").click()
    dialog = page.get_by_role("dialog", name="People who answer")
    expect(dialog.get_by_role("link", name="116 123")).to_be_visible()
    dialog.get_by_label("Your country").select_option("DE")
    expect(dialog.get_by_role("link", name="112", exact=True)).to_have_attribute("href", "tel:112")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Help now")).to_be_focused()
    sent = say(page, QUESTION)
    assert sent["locale"] == "en-DE"


def test_every_helpline_can_be_called_as_it_is_named(page: Page) -> None:
    resources = load_resources()
    regions = [resources.region(country) for country in resources.countries]
    lines = [(f"{one.line}.", one.number) for region in regions for one in region.services]
    links = page.evaluate(
        """async (lines) => {
            const { linked } = await import("/web/links.js");
            return lines.map((line) => linked(line).filter((node) => node.href).map((link) => link.textContent));
        }""",
        [line for line, _ in lines],
    )
    for (line, number), found in zip(lines, links, strict=True):
        if number is None:
            assert [link.startswith("http") for link in found] == [True], line
        else:
            digits = {re.sub(r"\D", "", link) for link in found}
            assert digits == set(re.findall(r"\d{3,}", re.sub(r"[ -]", "", number))), line


def test_nobody_s_text_becomes_html(page: Page) -> None:
    say(page, HOSTILE)
    expect(page.locator(".mine p").first).to_have_text(HOSTILE)
    reply = {
        "reply": HOSTILE,
        "decision": "redirect",
        "model": "scripted",
        "citations": [{"marker": "[1]", "title": HOSTILE, "quote": HOSTILE, "source": HOSTILE}],
        "guardrails": {
            "input": {"findings": [{"label": "threat", "explanation": HOSTILE, "alternative": HOSTILE}]},
            "stopped": [],
            "composed": False,
        },
    }
    body = sse(("sentence", {"text": HOSTILE}), ("reply", reply))
    page.route("**/v1/chat", lambda route: route.fulfill(content_type="text/event-stream", body=body))
    say(page, "and?")
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    turn = page.locator(".turn").last
    for shown in (".words", ".sources cite", ".sources blockquote", ".note p:last-child"):
        expect(turn.locator(shown)).to_contain_text("<script>document.title='owned'</script>")
    assert page.locator("#talk img, #talk script").count() == 0
    expect(page).to_have_title("Trust Coach")


def test_a_redirect_is_told_quietly(page: Page) -> None:
    say(page, "How can I make her jealous so that she comes back to me?")
    note = page.locator(".note")
    expect(note.locator("p").first).to_be_hidden()
    note.get_by_text("Why the coach turned another way").click()
    expect(note.get_by_text("What may help instead:").first).to_be_visible()


def test_a_broken_line_loses_no_word(page: Page) -> None:
    body = sse(("status", {"step": "writing"}), ("sentence", {"text": "The first sentence came."}))

    def break_off(route: Route) -> None:
        route.fulfill(content_type="text/event-stream", body=body)

    page.route("**/v1/chat", break_off)
    send(page, QUESTION)
    expect(page.get_by_role("alert").filter(has_text="The connection broke off.")).to_be_visible()
    expect(page.locator(".words")).to_have_text("The first sentence came.")
    page.unroute("**/v1/chat")
    page.get_by_role("button", name="Send again").click()
    expect(page.locator("#said")).to_have_text("The answer is complete.")
    assert page.locator(".turn").count() == 1

    page.context.set_offline(True)
    page.get_by_label("Write to the coach").fill("and then?")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Change my words").click()
    expect(page.get_by_label("Write to the coach")).to_have_value("and then?")


def test_a_deleted_talk_is_gone(page: Page) -> None:
    sent = say(page, QUESTION)
    session = f"/v1/sessions/{sent['session_id']}"
    page.get_by_role("button", name="Delete this talk").click()
    dialog = page.get_by_role("dialog", name="Delete this talk?")
    dialog.get_by_role("button", name="Keep it").click()
    assert page.request.get(session).status == 200
    page.get_by_role("button", name="Delete this talk").click()
    dialog.get_by_role("button", name="Delete it for good").click()
    expect(page.get_by_text("Nothing of that talk is left.")).to_be_visible()
    assert page.locator(".turn").count() == 0
    assert page.request.get(session).status == 409


def test_a_message_is_checked_with_its_places_marked(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    message = "😀😀 I'm sorry about last night, but you know how I get when you ignore me."
    page.get_by_role("tab", name="Check a message").click()
    with page.expect_response(lambda one: "message_to_ex" in (one.request.post_data or "")) as answered:
        page.get_by_label("Your message to them").fill(message)
        page.get_by_role("button", name="Check it").click()
    review = answered.value.json()
    expect(page.locator("#check-result")).to_be_focused()
    page.locator("sup").evaluate_all("all => all.forEach((one) => one.remove())")
    assert page.locator(".marked").inner_text() == message
    found = [range(one["start"], one["end"]) for one in review["findings"]]
    marked = "".join(char for at, char in enumerate(message) if any(at in span for span in found))
    assert "".join(page.locator("mark").all_inner_texts()) == marked != ""
    for finding in review["findings"]:
        expect(page.locator(".findings")).to_contain_text(finding["explanation"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == review["suggestion"]

    page.get_by_label("Your message to them").fill("If you don't come back I will kill myself tonight.")
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("#check-result").get_by_role("button", name="Help now")).to_be_visible()


def test_it_can_be_used_with_the_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the writing box")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Write to the coach")).to_be_focused()
    page.keyboard.type("He left.\n")
    expect(page.locator("#said")).to_have_text("The answer is complete.")
    page.get_by_role("tab", name="Talk").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Check a message")).to_be_focused()
    expect(page.get_by_role("heading", name="Before you send it")).to_be_visible()


def test_it_fits_a_narrow_screen_and_large_type(page: Page) -> None:
    say(page, QUESTION)
    for size in ("100%", "200%"):
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        for name in ("Talk", "Check a message", "What is kept"):
            page.get_by_role("tab", name=name).click()
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, (size, name)
