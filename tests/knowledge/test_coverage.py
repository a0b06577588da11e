"""The map from the articles that informed ours to the sentences that carry their advice."""

import re
from pathlib import Path
from typing import Any

import pytest

from knowledge.coverage import PAGE, builtin_coverage, page, read_coverage
from knowledge.errors import KnowledgeDataError

ROOT = Path(__file__).resolve().parent.parent.parent
ARTICLES = ROOT / "knowledge" / "articles"
RUN = 8
TEXT = {".html", ".json", ".jsonl", ".md", ".py", ".yaml"}
ARTICLE = """---
informed_by: [Theirs]
---
# Ours

## Answers

Say it once. Say it plainly. Say it plainly.
"""


def row(**changes: Any) -> dict[str, Any]:
    point = {"at": "step 1", "point": "Be plain.", "carried": {"ours.md": "Say it once"}} | changes
    return {"source": "Theirs", "points": [point]}


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of words in `text`, whatever its punctuation and case."""
    words = re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


def test_the_page_is_what_the_data_gives() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(builtin_coverage()), "run python -m knowledge.coverage"


def test_every_article_that_a_source_informed_carries_something_of_it() -> None:
    carrying = {anchor.article for source in builtin_coverage() for point in source.points for anchor in point.anchors}
    informed = {path.name for path in ARTICLES.glob("*.md") if "(blog article)" in path.read_text(encoding="utf-8")}
    assert carrying == informed


def test_every_source_that_an_article_names_is_mapped() -> None:
    named = {
        line for path in ARTICLES.glob("*.md")
        for line in re.findall(r'^  - "(.+ \(blog article\))"$', path.read_text(encoding="utf-8"), re.M)
    }  # fmt: skip
    assert named == {source.title for source in builtin_coverage()}


def test_no_point_is_told_twice() -> None:
    texts = [point.text for source in builtin_coverage() for point in source.points]
    assert len(set(texts)) == len(texts)


def test_an_anchor_knows_its_section() -> None:
    (source,) = read_coverage([row()], {"ours.md": ARTICLE})
    assert source.points[0].anchors[0].section == "Answers"
    assert "[ours](articles/ours.md#answers): “Say it once”" in page([source])


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"carried": {}}, "nothing carries 'Be plain.'"),
        ({"carried": {"other.md": "Say it once"}}, "no article other.md"),
        ({"carried": {"ours.md": "Never say it"}}, "stands 0 times"),
        ({"carried": {"ours.md": "Say it plainly"}}, "stands 2 times"),
    ],
)
def test_what_carries_nothing_is_named(changed: dict[str, Any], complaint: str) -> None:
    with pytest.raises(KnowledgeDataError, match=complaint):
        read_coverage([row(**changed)], {"ours.md": ARTICLE})


def test_what_is_followed_names_its_source() -> None:
    stranger = ARTICLE.replace("Theirs", "Another")
    with pytest.raises(KnowledgeDataError, match="is informed by 'Theirs'"):
        read_coverage([row()], {"ours.md": stranger})
    (source,) = read_coverage([row(instead="Be kind.")], {"ours.md": stranger})
    assert source.points[0].instead == "Be kind."


def test_no_sentence_of_theirs_stands_in_our_files(shared: Path) -> None:
    theirs = {
        run: path.name for path in (shared / "articles").iterdir() for run in runs(path.read_text(encoding="utf-8"))
    }
    titles = [source.title.removesuffix(" (blog article)") for source in builtin_coverage()]
    folders = (ROOT / name for name in ("docs", "evals", "knowledge", "service", "tests"))
    texts = [path for folder in (ROOT, *folders) for path in folder.glob("*.md" if folder == ROOT else "**/*")]
    texts = [path for path in texts if path.suffix in TEXT]
    assert texts
    for path in texts:
        text = path.read_text(encoding="utf-8")
        for title in titles:
            text = text.replace(title, "|")
        copied = runs(text) & theirs.keys()
        assert not copied, (path.relative_to(ROOT), sorted(copied)[:3])
