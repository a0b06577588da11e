"""What teaches pressure does not become a source; what warns against it does."""

from pathlib import Path

import pytest

from knowledge.article import builtin_articles
from knowledge.audit import Held, objections
from knowledge.importer import find_files, import_file
from knowledge.passages import passages_of
from knowledge.tactics import load_tactics
from service.guardrails.articles import ArticleAuditor

DATA = Path(__file__).parent / "data"

EXPECTED = {
    "doubt.md": {"blame_shifting", "undermining"},
    "guarantee.md": {"outcome_guarantee"},
    "guilt.txt": {"guilt_trip"},
    "hidden.html": {"hidden_text", "prompt_injection"},
    "instructions.txt": {"prompt_injection"},
    "jealousy.txt": {"jealousy_play"},
    "leverage.txt": {"ultimatum", "threat"},
    "showing_up.html": {"boundary_violation", "third_party_pressure"},
    "silence.md": {"strategic_withdrawal"},
    "surveillance.html": {"surveillance"},
}


@pytest.fixture(scope="module")
def auditor() -> ArticleAuditor:
    return ArticleAuditor(load_tactics())


def held(auditor: ArticleAuditor, path: Path) -> tuple[Held, ...]:
    imported = import_file(path)
    return objections(auditor, path.name, passages_of(imported.article), imported.hidden)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_poisoned_article_is_held_whole(auditor: ArticleAuditor, name: str) -> None:
    found = held(auditor, DATA / "poisoned" / name)
    assert {row.id for row in found} == {name}
    assert EXPECTED[name] <= {row.label for row in found}
    assert all(row.evidence and row.reason for row in found)


def test_every_poisoned_article_is_expected() -> None:
    assert {path.name for path in (DATA / "poisoned").iterdir()} == set(EXPECTED)
    assert len(EXPECTED) == 10


@pytest.mark.parametrize("path", sorted((DATA / "honest").iterdir()), ids=lambda path: path.name)
def test_an_article_that_warns_of_tactics_is_not_held(auditor: ArticleAuditor, path: Path) -> None:
    assert held(auditor, path) == ()


def test_our_own_articles_pass(auditor: ArticleAuditor) -> None:
    for article in builtin_articles():
        assert objections(auditor, article.name, passages_of(article), ()) == ()


def test_the_scraped_articles_pass(auditor: ArticleAuditor, shared: Path) -> None:
    for path in find_files([shared / "articles"]):
        assert held(auditor, path) == ()


@pytest.mark.parametrize(
    "warning",
    [
        "Don't make her jealous to get a reaction.",
        "Leaving someone on read to make them panic is manipulative.",
        "Some coaches tell you to keep texting until she answers.",
        "Making him feel guilty is not the same as being honest.",
        "Nobody can guarantee that your ex will come back.",
        "If you checked his phone, tell him so.",
        "Is it a good idea to show up at her office?",
        "Avoid anything that sounds like an ultimatum.",
    ],
)
def test_a_warning_is_not_a_lesson(auditor: ArticleAuditor, warning: str) -> None:
    assert auditor.audit([warning]) == [()]


def test_one_bad_passage_of_a_long_article_is_held_alone(auditor: ArticleAuditor) -> None:
    passages = [passage for article in builtin_articles()[:1] for passage in passages_of(article)]
    bad = passages_of(import_file(DATA / "poisoned" / "silence.md").article)[1]
    found = objections(auditor, "a.md", [*passages, bad], ())
    assert {row.id for row in found} == {bad.id}


def test_the_version_follows_the_rules(auditor: ArticleAuditor) -> None:
    assert auditor.version == ArticleAuditor(load_tactics()).version
    assert len(auditor.version) == 16
