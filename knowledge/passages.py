"""Articles cut into passages: short enough to cite, whole enough to stand alone."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.article import Article
from knowledge.sentences import Sentence, split_sentences, word_count

MIN_WORDS = 60
MAX_WORDS = 180
RULES_VERSION = "1"
"""Part of the index fingerprint: raise it when a change here must rebuild every index."""

_TELLING_WORDS = 4
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable piece of an article.

    `text` holds whole sentences only. `headings` is the path from the article's title down to the section.
    `score` is the similarity to the query that found it (0 when it was not searched for).
    """

    id: str
    article: str
    title: str
    source: str
    text: str
    headings: tuple[str, ...] = ()
    score: float = 0.0

    @property
    def indexed_text(self) -> str:
        """What is embedded: the heading path tells what a paragraph that never names its topic is about."""
        return "\n".join((*self.headings, self.text))


def digest_of(passages: Iterable[Passage]) -> str:
    """Changes whenever a passage is added, taken away, moved or changed."""
    state = hashlib.sha256()
    for passage in passages:
        state.update("\x1f".join((passage.id, passage.title, *passage.headings, passage.text)).encode())
    return state.hexdigest()


@dataclass(frozen=True, slots=True)
class _Block:
    headings: tuple[str, ...]
    text: str


def passages_of(article: Article) -> tuple[Passage, ...]:
    """Cut an article into passages of 60 to 180 words.

    Shorter passages are left only where the whole article, or what remains after its last full passage, is shorter.
    Sentences stay whole, unless one alone is longer than a passage.
    """
    merged = _merge(list(_blocks(article)))
    return tuple(
        Passage(f"{article.name}#{number}", article.name, article.title, article.source, block.text, block.headings)
        for number, block in enumerate(merged, start=1)
    )


def sentences_of(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Every sentence that can say something by itself, as a passage whose `article` is the id of its passage.

    A passage holds several thoughts, and its vector is near to none of them; that of the one sentence which answers is.
    """
    return tuple(
        Passage(f"{passage.id}.{number}", passage.id, "", "", sentence.text)
        for passage in passages
        for number, sentence in enumerate(split_sentences(passage.text), start=1)
        if word_count(sentence.text) >= _TELLING_WORDS
    )


def passage_of(sentence: str) -> str:
    """The id of the passage that a sentence, by its id, stands in."""
    return sentence.rpartition(".")[0]


def article_of(passage: str) -> str:
    """The name of the article that a passage, by its id, stands in."""
    return passage.rpartition("#")[0]


def _blocks(article: Article) -> Iterator[_Block]:
    """Paragraphs under their heading path, each at most MAX_WORDS."""
    path: dict[int, str] = {1: article.title}
    for paragraph in re.split(r"\n\s*\n", article.body):
        prose: list[str] = []
        for line in paragraph.splitlines():
            heading = _HEADING.match(line.strip())
            if heading is None:
                prose.append(line)
                continue
            level = max(len(heading[1]), 1)
            path = {depth: title for depth, title in path.items() if depth < level}
            path[level] = heading[2]
        text = _plain("\n".join(prose))
        if text:
            headings = tuple(dict.fromkeys(path[depth] for depth in sorted(path)))
            yield from (_Block(headings, piece) for piece in _split_long(text))


def _plain(markdown: str) -> str:
    """Prose without block markers; the words and their order stay as they are. A block quote becomes “quoted”."""
    lines = [line.strip() for line in markdown.splitlines() if line.strip()]
    if lines and all(line.startswith(">") for line in lines):
        quote = " ".join(line.lstrip("> ") for line in lines)
        return quote if quote.startswith("“") else f"“{quote}”"
    text = "\n".join(re.sub(r"^(?:>\s?|[-*•]\s+)", "", line) for line in lines)
    return re.sub(r"(\*\*|__)(.+?)\1", r"\2", text)


def _split_long(text: str) -> Iterator[str]:
    if word_count(text) <= MAX_WORDS:
        yield text
        return
    sentences = [piece for sentence in split_sentences(text) for piece in _bounded(sentence)]
    parts = -(-word_count(text) // MAX_WORDS)
    target = word_count(text) / parts
    start, count = 0, 0
    for index, sentence in enumerate(sentences):
        words = word_count(sentence.text)
        if count and (count + words > MAX_WORDS or count >= target):
            yield text[sentences[start].start : sentences[index - 1].end]
            start, count = index, 0
        count += words
    yield text[sentences[start].start : sentences[-1].end]


def _bounded(sentence: Sentence) -> Iterator[Sentence]:
    """A sentence, or where it is longer than a passage its pieces: text without a full stop has such sentences."""
    words = list(re.finditer(r"\S+", sentence.text))
    for first in range(0, len(words), MAX_WORDS):
        start, end = words[first].start(), words[min(first + MAX_WORDS, len(words)) - 1].end()
        yield Sentence(sentence.text[start:end], sentence.start + start, sentence.start + end)


def _merge(blocks: list[_Block]) -> list[_Block]:
    """Join neighbours until each passage has MIN_WORDS: within a section first, then across sections."""
    merged: list[_Block] = []
    for block in blocks:
        if merged and _joinable(merged[-1], block):
            merged[-1] = _joined(merged[-1], block)
        else:
            merged.append(block)
    if len(merged) > 1 and word_count(merged[-1].text) < MIN_WORDS and _fits(merged[-2], merged[-1]):
        merged[-2:] = [_joined(merged[-2], merged[-1])]
    return merged


def _joinable(before: _Block, block: _Block) -> bool:
    short = word_count(before.text) < MIN_WORDS or (
        word_count(block.text) < MIN_WORDS and before.headings == block.headings
    )
    return short and _fits(before, block)


def _fits(before: _Block, block: _Block) -> bool:
    return word_count(before.text) + word_count(block.text) <= MAX_WORDS


def _joined(before: _Block, block: _Block) -> _Block:
    headings = before.headings if word_count(before.text) >= word_count(block.text) else block.headings
    return _Block(headings, f"{before.text}\n{block.text}")
