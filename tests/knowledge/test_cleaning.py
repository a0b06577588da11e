"""An article's own lines stay, and the page around it goes; every rule has look-alikes that must stay."""

import textwrap

import pytest

from knowledge.boilerplate import Dropped
from knowledge.cleaning import clean
from tests.knowledge.formats.making import PARAGRAPH, SECOND

JUNK = [
    "Home", "Home | About | Blog | Contact", "Home > Advice > After a break-up", "Skip to content", "Sign up",
    "Log in", "Share this:", "Share on Facebook", "Tweet", "Pin it", "Facebook Twitter Pinterest", "124 shares",
    "Share with a friend", "👉 How to Write a Calm Letter", "→ Next: The Long Silence", "???? 7 Ways to Be Reliable",
    "Related: When They Write First", "Read more", "Read more about our courses »", "Continue reading…",
    "Click here to book a call!", "Also read: Small Promises", "Subscribe to our newsletter!",
    "Sign up for our free course today.", "Download my free guide", "Enter your email address",
    "Posted by Ann on March 3, 2021", "By Ann Miller | March 3, 2021", "Written by Ann Miller, Coach",
    "Last updated: 3 March 2021", "5 min read", "Filed under: Advice", "Tags: trust, letters",
    "Photo by Ann Miller on a bench", "© 2021 The Quiet Coach", "All rights reserved.",
    "We use cookies to make this site better.", "Required fields are marked *",
]  # fmt: skip
ADVICE = [
    "Share this with her only when she asks for it.",
    "Share your calendar with them, if they want that.",
    "Pin down what you are sorry for before you write.",
    "Read more slowly than you think you need to.",
    "Subscribe to the idea that a no is a no.",
    "Sign up for a class that you have wanted to take for years.",
    "Home is where they should feel safe from your questions.",
    "3 comments that hurt more than silence are listed below.",
    "Related fears often come up a week later.",
    "Updated plans belong in one short message.",
    "By Monday you will know whether the promise was too large.",
    "Comments on their looks are not an apology.",
    "Reply when you are calm, and not before that.",
    "Next, put the phone into another room.",
    "→ Say what you did, in one plain sentence.",
    "• Print the bank statement and leave it on the table.",
    "Leave a comment unanswered when it was meant to hurt.",
    "The Seven Habits of Calm People on a Bad Day is a book that helped me.",
    "Contact the landlord about the keys, and copy nobody in.",
]


def body(*lines: str, title: str = "Small Promises") -> str:
    return clean("\n\n".join((title, PARAGRAPH, *lines, SECOND))).body


@pytest.mark.parametrize("line", JUNK)
def test_what_a_page_says_around_an_article_goes(line: str) -> None:
    assert body(line) == f"{PARAGRAPH}\n\n{SECOND}"


@pytest.mark.parametrize("line", ADVICE)
def test_advice_that_looks_like_it_stays_whole(line: str) -> None:
    assert line.lstrip("→• ") in body(line)


def test_every_line_that_goes_is_named_with_its_reason() -> None:
    cleaned = clean("\n\n".join(("Small Promises", PARAGRAPH, *JUNK)))
    assert {dropped.line for dropped in cleaned.dropped} == set(JUNK)
    assert {dropped.reason for dropped in cleaned.dropped} == {"menu", "share buttons", "cross-link", "notice"}


COMMENT = "I pity everyone who waits by the phone. It is over for a reason."
ANSWER = "That is a hard way to put it, and I see it otherwise."


@pytest.mark.parametrize(
    "thread",
    [
        f"  • {COMMENT}\n\n    View Comment\n    • {ANSWER}\n\n      It takes time.\n\n      View Comment",
        f"• {COMMENT}\n\nA second thought, not indented.\n\nReply\n\n• {ANSWER}\n\nReply",
        f"Bob says:\nMarch 3, 2021 at 4:05 pm\n{COMMENT}\nReply\nAnn says:\n{ANSWER}\nReply",
        f"3 thoughts on “Small Promises”\n\n{COMMENT}\n\n{ANSWER}",
        f"2 Comments\n\n{COMMENT}\n\n{ANSWER}",
        f"Comments (2)\n\n{COMMENT}",
        f"Leave a Reply\n\nYour email address will not be published.\n\n{COMMENT}",
        f"## Leave a comment\n\n{COMMENT}",
        f"Related Posts\n\nHow to Wait\n\nHow to Write\n\n{COMMENT}",
        f"You may also like:\n\nHow to Wait\n\n{COMMENT}",
        f"About the Author\n\nAnn has three cats. {COMMENT}",
    ],
)
def test_readers_comments_never_stay(thread: str) -> None:
    cleaned = clean(f"Small Promises\n\n{PARAGRAPH}\n\n• {SECOND}\n\n{SECOND}\n\n{thread}\n")
    assert cleaned.body == f"{PARAGRAPH}\n\n- {SECOND}\n\n{SECOND}"


def test_a_button_at_the_top_does_not_cost_the_article() -> None:
    assert clean(f"Reply\n\nSmall Promises\n\n{PARAGRAPH}\n\nReply\n\n{SECOND}").body == f"{PARAGRAPH}\n\n{SECOND}"
    assert PARAGRAPH in clean(f"Leave a Reply\n\nSmall Promises\n\n{PARAGRAPH}").body


def test_a_cross_link_takes_its_announcement_along() -> None:
    cleaned = clean(
        f"Small Promises\n\n{PARAGRAPH} Want to know how others wait? Have a look at:\n👉 The Long Silence Explained\n"
        f"{SECOND} And if you have met already, this is how to plan the second time:\n???? A Second Meeting\n\n"
        f"What follows is a list: one, two, three."
    )
    assert cleaned.body == f"{PARAGRAPH} {SECOND}\n\nWhat follows is a list: one, two, three."
    assert Dropped("cross-link", "Want to know how others wait?") in cleaned.dropped


@pytest.mark.parametrize(
    "pointer",
    [
        "If you cannot sleep, check out Why Do I Wake Up at Four in the Morning?, as this article tells what helps.",
        "When you wonder how long it lasts, How Long Does the First Grief Usually Take? offers a view on that.",
        "Click on A Calm Letter in Three Short Lines for an example.",
        "What would you add? Let me know in the comments below.",
        "If you did, please do leave us a comment down below.",
    ],
)
def test_a_sentence_that_only_points_elsewhere_goes(pointer: str) -> None:
    kept = body(f"{SECOND} {pointer}")
    assert kept.startswith(f"{PARAGRAPH}\n\n{SECOND}")
    assert pointer.split()[-1] not in kept.split()[-1:] or pointer not in kept


def test_a_sentence_that_says_something_besides_stays_whole() -> None:
    sentence = "As told in How to Stay Steady During a Long Silence, healing takes time, and haste does harm."
    assert sentence in body(sentence)


def test_menus_around_the_article_go_and_short_lines_within_it_stay() -> None:
    text = (
        f"Letters\n\nGrief\n\nThe Quiet Coach\n\nHow to Keep Small Promises Every Day\n\n{PARAGRAPH}\n\nTrust needs:\n"
        f"Patience\nHonesty\nRest\n\n{SECOND}\n\nOur team\n\nPress\n\nJobs"
    )
    cleaned = clean(text)
    assert cleaned.title == "How to Keep Small Promises Every Day"
    assert cleaned.body == f"{PARAGRAPH}\n\nTrust needs:\n\n- Patience\n- Honesty\n- Rest\n\n{SECOND}"


def test_a_title_is_said_once() -> None:
    cleaned = clean(f"Small Promises\n\nSMALL PROMISES\n\n{PARAGRAPH}\n\nSmall promises\n\n{SECOND}")
    assert (cleaned.title, cleaned.body) == ("Small Promises", f"{PARAGRAPH}\n\n{SECOND}")
    assert clean(f"Small Promises\n\n{PARAGRAPH}", title="Small Promises | The Quiet Coach").body == PARAGRAPH


def test_a_thread_can_name_the_article() -> None:
    assert clean(f"{PARAGRAPH}\n\nComments on “Small Promises”").title == "Small Promises"


def test_numbered_headings_and_numbered_lists() -> None:
    headings = clean(f"T\n\n1. Keep it small.\n\n{PARAGRAPH}\n\nStep 2: Wait\n\n{SECOND}").body
    assert headings == f"## Keep it small\n\nKeep it small.\n\n{PARAGRAPH}\n\n## Wait\n\n{SECOND}"
    assert "- Say it\n- Do it" in clean(f"T\n\n{PARAGRAPH}\n\n1. Say it\n2. Do it\n\n{SECOND}").body


def test_bullets_that_lost_their_line_find_it_again() -> None:
    assert "- One thing\n- Another thing" in clean(f"{PARAGRAPH}\n\n-\nOne thing\n-\nAnother thing\n-\n").body


def test_wrapped_lines_become_paragraphs_and_headings_stay() -> None:
    paragraphs = "\n\n".join(textwrap.fill(text, 62) for text in (PARAGRAPH, SECOND))
    assert clean(f"Small Promises\n\n{paragraphs}\n\nThen wait\n\n{paragraphs}").body == (
        f"{PARAGRAPH}\n\n{SECOND}\n\n## Then wait\n\n{PARAGRAPH}\n\n{SECOND}"
    )


def test_lines_that_are_paragraphs_are_not_joined_in_the_middle() -> None:
    text = f"Why it matters\n{PARAGRAPH}\nWhat helps\n{SECOND}\nFinal thoughts\n{PARAGRAPH}"
    assert clean(text).body == f"{PARAGRAPH}\n\n## What helps\n\n{SECOND}\n\n## Final thoughts\n\n{PARAGRAPH}"


def test_a_picture_written_as_text_goes() -> None:
    assert clean(f"Small Promises\n\n{PARAGRAPH}\n\n{'QUJD' * 5000}\n\n{SECOND}").body == f"{PARAGRAPH}\n\n{SECOND}"


def test_what_is_not_junk_is_never_lost() -> None:
    text = f"Small Promises\n\n{PARAGRAPH}\n\nSo how do you begin?\n\n“Say it plainly.”\n\n{SECOND}"
    words = clean(text).body.split()
    assert words == text.removeprefix("Small Promises").split()
