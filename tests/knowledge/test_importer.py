"""Scraped files become articles; what cannot is named with its reason."""

import re
from pathlib import Path

import pytest

from knowledge.boilerplate import Dropped
from knowledge.errors import ImportRejected
from knowledge.importer import find_files, import_file
from knowledge.passages import passages_of
from knowledge.sentences import word_count

PARAGRAPH = (
    "Trust comes back in small pieces, and each of them is a promise that was kept on an ordinary day. "
    "Say less than you want to say, and do exactly what you said, even when nobody would notice if you did not. "
    "When you cannot keep a promise, tell the other person before the hour has come, without a story around it."
)


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_html_loses_menus_scripts_and_comments(tmp_path: Path) -> None:
    page = f"""<html><head><title>Small promises</title><script>track()</script></head><body>
    <nav><a href="/">Home</a> <a href="/shop">Shop</a></nav>
    <article><h1>Small promises</h1><p>{PARAGRAPH}</p><h2>On the day</h2><p>{PARAGRAPH.replace("Trust", "Faith")}</p>
    </article><div id="comments"><h3>Leave a Reply</h3><p>first!! great post</p></div>
    <footer>Copyright</footer></body></html>"""
    article = import_file(write(tmp_path, "page.html", page)).article
    assert article.title == "Small promises"
    assert "small pieces" in article.body
    assert "## On the day" in article.body
    for junk in ("track()", "Shop", "great post", "Leave a Reply"):
        assert junk not in article.body


def test_text_keeps_its_lines_and_drops_threads(tmp_path: Path) -> None:
    text = (
        f"How Promises Work\n\n{PARAGRAPH}\n\nWhat to do first\n\n{PARAGRAPH}\n\n"
        "  • I love this site\n\n    View Comment\n\nLeave a Reply\nYour email address will not be published.\n"
    )
    imported = import_file(write(tmp_path, "a.txt", text))
    assert imported.article.title == "How Promises Work"
    assert "## What to do first" in imported.article.body
    assert "love this site" not in imported.article.body
    assert Dropped("comment thread", "• I love this site") in imported.dropped
    assert Dropped("comment thread", "Leave a Reply") in imported.dropped


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_reads_the_encodings_people_have(tmp_path: Path, encoding: str) -> None:
    text = f"Café rules\n\n{PARAGRAPH} It’s naïve to hurry."
    body = import_file(write(tmp_path, "a.txt", text.encode(encoding))).article.body
    assert "It’s naïve to hurry." in body


def test_mends_mojibake(tmp_path: Path) -> None:
    broken = f"{PARAGRAPH} It’s late.".encode().decode("cp1252")
    assert "It’s late." in import_file(write(tmp_path, "a.txt", broken)).article.body


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.md", b"  \n\n ", "empty"),
        ("photo.txt", b"\x89PNG\x00\x00\x01" * 50, "binary"),
        ("noise.txt", bytes(range(1, 32)) * 20, "binary"),
        ("stub.txt", b"Coming soon.", "no article"),
        ("menu.html", b"<html><body><nav><a href='/'>Home</a></nav></body></html>", "no article"),
        ("song.mp3", b"ID3", "not a kind"),
        ("huge.txt", b"word " * (11 * 2**18), "the limit is"),
    ],
)
def test_names_what_cannot_be_imported(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(ImportRejected, match=reason) as caught:
        import_file(write(tmp_path, name, content))
    assert caught.value.name == name


def test_finds_files_once_and_in_order(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "a.md", "sub/c.html", "sub/d.png"):
        write(tmp_path, name, "x")
    found = [path.name for path in find_files([tmp_path, tmp_path / "a.md"])]
    assert found == ["a.md", "b.txt", "c.html"]


def test_a_folder_without_articles_and_a_missing_path_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRejected, match="no article in this folder"):
        list(find_files([tmp_path]))
    with pytest.raises(ImportRejected, match="no such file"):
        list(find_files([tmp_path / "gone.txt"]))


JUNK_OF_THE_SCRAPED = (
    "View Comment", "Leave a Reply", "Your email address", "Required fields", "????", "Comments on", "pity all",
    "finer things in life", "very few really want help", "my second attempt", "old relationship again",
    "met online and dated", "Sounds like you have a keeper", "50yo man", "open to the possibility of the two",
    "leave a comment", "Go to:", "For help with that", "find many in", "right kind of meeting", "Want to learn how",
    "Need help unpacking", "check out Is Getting", "How Long Does It Take", "Identify the Real Reason",
)  # fmt: skip


def test_the_scraped_articles_lose_their_junk_and_nothing_else(shared: Path) -> None:
    for path in find_files([shared / "articles"]):
        imported = import_file(path)
        passages = passages_of(imported.article)
        text = " ".join(" ".join(passage.text.split()) for passage in passages)
        assert not [junk for junk in JUNK_OF_THE_SCRAPED if junk in text]
        assert max(word_count(passage.text) for passage in passages) <= 220
        out = [" ".join(dropped.line.split()) for dropped in imported.dropped]
        for line in path.read_text(encoding="utf-8").splitlines():
            own = " ".join(line.split())
            for junk in out:
                own = own.replace(junk, " ")
            own = re.sub(r"^(?:[•-]|\d\.) ?", "", " ".join(own.split()))
            assert own in text or not own.endswith((".", "!", "?", "”")), f"{path.name} lost {own!r}"
