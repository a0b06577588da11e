"""The written answers: data with a tone, an index that finds them."""

import re
from pathlib import Path

import pytest

from knowledge.answers import Answer, load_answers
from knowledge.article import builtin_articles
from knowledge.errors import KnowledgeDataError
from knowledge.pronouns import SLOT, worded
from knowledge.sentences import word_count
from knowledge.yamls import read_rows

BANNED = re.compile(
    r"i understand how you feel|sorry to hear|^(?:it|that) sounds like|\bvalid\b|journey|toxic|guarantee|i promise"
    r"|(?:they|he|she)(?:'ll| will) come back"
    r"|get (?:him|her|them) back|make (?:him|her|them) (?:miss|want|jealous)|proud of you|stud(?:y|ies) show|percent|%",
    re.I,
)


def test_every_answer_can_be_found_and_given() -> None:
    articles = {article.name for article in builtin_articles()}
    for answer in load_answers().values():
        assert len(set(answer.asks)) >= 5, answer.id
        assert len(set(answer.says)) >= 2, answer.id
        assert set(answer.articles) <= articles, answer.id
        assert answer.side in (None, "did", "suffered"), answer.id


def test_no_ask_leads_to_two_answers() -> None:
    asks = [ask.lower().strip(" .?!") for answer in load_answers().values() for ask in answer.asks]
    assert len(asks) == len(set(asks))


@pytest.mark.parametrize("answer", load_answers().values(), ids=lambda answer: answer.id)
def test_the_answers_keep_the_tone(answer: Answer) -> None:
    for text in (*answer.says, *answer.steps):
        assert not BANNED.search(re.sub(r"“[^”]*”", "", worded(text))), text
        assert not re.search(r"[!;—–]", text), text
        assert text.count("?") <= 1 or "“" in text, text
        assert not re.search(r"[{}]", SLOT.sub("", text)), text
        assert not re.search(r"\b(?:he|she|him|her)\b", text), text
    assert all(20 <= word_count(worded(text)) <= 90 for text in answer.says)
    assert all(6 <= word_count(worded(text)) <= 45 for text in answer.steps)


def test_an_id_that_is_told_twice_is_named(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("- {id: late-again}\n- {id: only-" + name[0] + "}\n", encoding="utf-8")
    with pytest.raises(KnowledgeDataError, match=r"tells twice: late-again$"):
        read_rows(str(tmp_path))
