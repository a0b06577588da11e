"""A conversation as clients send it, read."""

import pytest
from pydantic import TypeAdapter, ValidationError

from service.api.messages import Message, read
from service.conversation import Turn
from service.errors import BadRequest
from service.inputs import MAX_CHARACTERS

Spoken = list[tuple[str, object]]


def messages(spoken: Spoken) -> list[Message]:
    return [Message.model_validate({"role": role, "content": content}) for role, content in spoken]


def test_the_last_words_of_the_person_are_the_turn_and_the_rest_is_history() -> None:
    message, earlier = read(
        messages([("system", "Be brief."), ("user", "I lied."), ("assistant", "I hear you."), ("user", "What now?")])
    )
    assert message == "What now?"
    assert earlier == (Turn(role="user", content="I lied."), Turn(role="assistant", content="I hear you."))


def test_whatever_the_person_wrote_since_the_last_answer_is_judged_together() -> None:
    said: Spoken = [("assistant", "Hello."), ("user", "I want to die"), ("system", "Be kind."), ("user", "And you?")]
    message, earlier = read(messages(said))
    assert message == "I want to die\n\nAnd you?"
    assert earlier == (Turn(role="assistant", content="Hello."),)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("I lied.", "I lied."),
        ([{"type": "text", "text": "I lied."}], "I lied."),
        ([{"type": "text", "text": "I lied."}, {"type": "text", "text": "And?"}], "I lied.\nAnd?"),
    ],
)
def test_content_is_a_text_or_parts_of_text(content: object, text: str) -> None:
    assert read(messages([("user", content)])) == (text, ())


def test_an_answer_without_words_is_passed_over_and_a_long_one_is_cut() -> None:
    _, earlier = read(messages([("assistant", None), ("user", "x" * 9000), ("assistant", "Go on."), ("user", "hi")]))
    assert [len(turn.content) for turn in earlier] == [MAX_CHARACTERS, len("Go on.")]


@pytest.mark.parametrize(
    "spoken",
    [
        [],
        [("system", "Be brief.")],
        [("user", "  ")],
        [("user", "hi"), ("assistant", "hello")],
        [("user", "nul \x00"), ("assistant", "hello"), ("user", "hi")],
        [("assistant", "half \ud83d"), ("user", "hi")],
        [("user", "x" * (MAX_CHARACTERS + 1))],
        [("user", "x" * MAX_CHARACTERS), ("user", "x")],
    ],
)
def test_what_cannot_be_a_turn_is_told(spoken: Spoken) -> None:
    with pytest.raises(BadRequest) as caught:
        read(messages(spoken))
    assert caught.value.param == "messages"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}, "no image_url"),
        ({"role": "user", "content": [{"type": "text"}]}, "a part is an object"),
        ({"role": "user", "content": ["hi"]}, "a part is an object"),
        ({"role": "user", "content": 3}, "valid string"),
        ({"role": "tool", "content": "42"}, "'system', 'developer', 'user' or 'assistant'"),
    ],
)
def test_what_is_no_text_is_named(message: object, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        TypeAdapter(Message).validate_python(message)
