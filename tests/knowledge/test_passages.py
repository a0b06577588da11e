"""Articles become passages that can be cited."""

import pytest

from knowledge.article import Article, builtin_articles
from knowledge.passages import MAX_WORDS, MIN_WORDS, passages_of
from knowledge.sentences import split_sentences, word_count


def article(body: str) -> Article:
    return Article("a.md", "A title", body, "a.md")


def sentence(words: int, mark: str) -> str:
    return " ".join([mark, *["word"] * (words - 2), "end."]).capitalize()


@pytest.mark.parametrize("built_in", builtin_articles(), ids=lambda built_in: built_in.name)
def test_our_articles_give_whole_passages_of_the_right_size(built_in: Article) -> None:
    passages = passages_of(built_in)
    body_sentences = {found.text for found in split_sentences(" ".join(p.text for p in passages))}
    for passage in passages:
        assert MIN_WORDS <= word_count(passage.text) <= MAX_WORDS
        assert passage.headings[0] == built_in.title
        assert passage.text[-1] in '.?!”"'
    assert len(body_sentences) > 15
    assert len({passage.id for passage in passages}) == len(passages)


def test_no_words_are_lost_or_moved() -> None:
    body = "\n\n".join(sentence(size, f"s{number}") for number, size in enumerate((20, 90, 70, 150, 10)))
    words = " ".join(passage.text for passage in passages_of(article(body))).split()
    assert words == body.split()


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    body = " ".join(sentence(30, f"s{number}") for number in range(12))
    passages = passages_of(article(body))
    assert len(passages) >= 2
    assert all(passage.text.startswith("S") and passage.text.endswith("end.") for passage in passages)
    assert all(word_count(passage.text) <= MAX_WORDS for passage in passages)


def test_a_sentence_without_end_is_cut_too() -> None:
    endless = " ".join(f"w{number}" for number in range(500))
    passages = passages_of(article(f"{sentence(30, 'a')} {endless}"))
    assert all(word_count(passage.text) <= MAX_WORDS for passage in passages)
    assert " ".join(passage.text for passage in passages).split()[30:] == endless.split()


def test_headings_tell_the_section_and_the_larger_part_names_a_joined_passage() -> None:
    body = f"## Small\n\n{sentence(15, 'a')}\n\n## Large\n\n{sentence(80, 'b')}"
    (only,) = passages_of(article(body))
    assert only.headings == ("A title", "Large")
    assert only.indexed_text.startswith("A title\nLarge\n")


def test_an_example_message_is_quoted() -> None:
    (only,) = passages_of(article(f"{sentence(60, 'a')}\n\n> I'm sorry.\n> I lied."))
    assert "“I'm sorry. I lied.”" in only.text


def test_a_short_article_is_one_passage_and_an_empty_one_none() -> None:
    assert len(passages_of(article("Just this one line."))) == 1
    assert passages_of(article("")) == ()
