"""Sentences that only send the reader elsewhere, taken out of paragraphs that are the article's own."""

import re
from collections.abc import Iterable, Sequence

from knowledge.boilerplate import NOTICE, TEASER, Dropped
from knowledge.sentences import Sentence, split_sentences

_SMALL_WORDS = "an?|and|as|at|by|for|from|in|is|it|of|on|or|the|to|vs|with|you|your"
_TITLE = re.compile(rf"[A-Z][\w’'-]*(?:,?:? (?:[A-Z0-9][\w’'-]*|(?:{_SMALL_WORDS})\b)){{3,}}")
_POINTS = re.compile(
    r"\b(?:check out|click|have a look at|take a look at|head over to)\b"
    r"|\b(?:this|my|our|that) (?:article|post|guide|video)\b"
    r"|\b(?:offers|explains|discusses|covers|goes into|walks you through)\b",
    re.I,
)
_LEADS = re.compile(r"\b(?:go to|read|check out|see also|learn more|click here|have a look at)\s*:$", re.I)
_ASKS_MORE = re.compile(r"(?:want to|need help|looking for|wondering|curious)\b[^.!?]*\?$", re.I)
_CALL_TO_COMMENT = re.compile(
    r"\b(?:leave|post|drop|write) (?:(?:me|us|a|your) )*(?:comment|reply)s?"
    r"(?:(?: down| right)?(?: below| here)?\W*$|,? and (?:tell|let|share)\b|(?: down)? below\b)"
    r"|\blet (?:me|us) know in the comments\b"
    r"|\b(?:comment|share your (?:story|thoughts|experience)) below\b|\bin the comments? (?:below|section)\b",
    re.I,
)


def _is_pointer(sentence: str) -> bool:
    """Whether a sentence only sends the reader to another page, whose title it names."""
    named = _TITLE.search(sentence)
    if named is None or sum(word[:1].isupper() for word in named.group().split()) < 4:
        return False
    around = sentence[: named.start()] + sentence[named.end() :]
    return _POINTS.search(around) is not None


def without_pointers(line: str, dropped: list[Dropped]) -> str:
    """`line` without the sentences that point to another page or ask its readers for comments."""
    sentences = _whole(line)
    out: set[int] = set()
    for index, sentence in enumerate(sentences):
        reason = _reason(sentence.text)
        if reason is not None:
            out |= {index, *_question_before(sentences, index)} if _LEADS.search(sentence.text) else {index}
    dropped += [Dropped(_reason(sentences[index].text) or TEASER, sentences[index].text) for index in sorted(out)]
    return _without(line, sentences, out) if out else line


def without_lead_in(line: str, dropped: list[Dropped]) -> str:
    """`line`, above a cross-link, without the sentence that announces it by a colon and the question before that."""
    sentences = _whole(line)
    if not sentences or not line.rstrip().endswith(":"):
        return line
    last = len(sentences) - 1
    out = sorted({last, *_question_before(sentences, last)})
    dropped += [Dropped(TEASER, sentences[index].text) for index in out]
    return _without(line, sentences, out)


def _reason(sentence: str) -> str | None:
    if _CALL_TO_COMMENT.search(sentence):
        return NOTICE
    return TEASER if _LEADS.search(sentence) or _is_pointer(sentence) else None


def _question_before(sentences: Sequence[Sentence], index: int) -> set[int]:
    """The question that prepares for a link ("Want to know more?"), where one stands before it."""
    return {index - 1} if index and _ASKS_MORE.match(sentences[index - 1].text) else set()


def _whole(line: str) -> list[Sentence]:
    """The sentences of a line; what goes on in lower case after a title that ends in "?" belongs to it."""
    whole: list[Sentence] = []
    for sentence in split_sentences(line):
        if whole and (sentence.text[0].islower() or sentence.text[0] in ",;" or whole[-1].text.endswith((",", ";"))):
            start = whole[-1].start
            whole[-1] = Sentence(line[start : sentence.end], start, sentence.end)
        else:
            whole.append(sentence)
    return whole


def _without(line: str, sentences: Sequence[Sentence], out: Iterable[int]) -> str:
    for index in sorted(out, reverse=True):
        line = f"{line[: sentences[index].start].rstrip()} {line[sentences[index].end :].lstrip()}".rstrip()
    return line
