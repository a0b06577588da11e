"""The same question, asked again and again."""

from service.memory.circles import asked_again

EARLIER = ["Will she ever come back?", "I slept badly.", "do you think she'll come back to me"]


def test_the_third_time_is_noticed_whatever_the_wording() -> None:
    assert asked_again("ok. Is she coming back? I need to know", EARLIER) == "Is she coming back?"


def test_neither_the_second_nor_the_fourth_time_is() -> None:
    assert asked_again("Is she coming back?", EARLIER[:2]) == ""
    assert asked_again("Is she coming back?", [*EARLIER, "is she coming back"]) == ""


def test_follow_ups_and_other_questions_are_no_circle() -> None:
    assert asked_again("and then?", ["and then?", "and then?"]) == ""
    assert asked_again("How do I apologise?", [*EARLIER, "How do I sleep?"]) == ""


def test_one_message_counts_once() -> None:
    assert asked_again("Will she come back?", ["Will she come back? Is she coming back?"]) == ""
