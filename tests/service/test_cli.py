"""The command line as its users run it: real processes."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.settings import Settings
from tests.service.test_flow import QUESTION


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, built: tuple[Settings, object]) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("cli") / "data"
    shutil.copytree(built[0].data_dir, folder)
    return {**os.environ, "COACH_DATA_DIR": str(folder), "NO_COLOR": "1", "COLUMNS": "100"}


def coach(environment: dict[str, str], *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments],
        env=environment, input=stdin, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_help_names_the_commands_without_loading_the_house(environment: dict[str, str]) -> None:
    done = coach({**environment, "PYTHONPROFILEIMPORTTIME": "1"}, "--help")
    assert done.returncode == 0
    for command in ("ask", "chat", "serve", "review", "ingest", "passages", "search"):
        assert re.search(rf"\b{command}\b", done.stdout)
    for heavy in ("litellm", "chromadb", "langgraph", "fastapi", "onnxruntime"):
        assert not re.search(rf"\|\s+{heavy}$", done.stderr, re.M)


def test_ask_prints_the_reply_object_on_one_line(environment: dict[str, str]) -> None:
    done = coach(environment, "ask", "--json", QUESTION)
    assert done.returncode == 0
    (line,) = done.stdout.splitlines()
    reply = json.loads(line)
    assert reply["decision"] == "allow"
    assert len(reply["reply"].split()) >= 40
    assert reply["citations"]
    assert "litellm" not in done.stderr


def test_ask_for_people_keeps_sources_off_standard_output(environment: dict[str, str]) -> None:
    done = coach(environment, "ask", QUESTION)
    assert "[1]" in done.stdout
    assert re.search(r"\[1\] .+\(.+\.md\)", done.stderr)


def test_ask_answers_where_the_model_s_provider_is_down(environment: dict[str, str]) -> None:
    model = {"COACH_MODEL": "openai/mock", "COACH_MODEL_API_BASE": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "my-key"}
    done = coach({**environment, **model}, "ask", "--json", QUESTION)
    assert done.returncode == 0
    reply = json.loads(done.stdout)
    assert reply["guardrails"]["composed"]
    assert reply["model"] == "embedded"
    assert reply["citations"]
    # Why it was composed is told in a line, without the key, the question or a stack.
    assert "openai/mock: the model's provider failed" in done.stderr
    for kept in ("my-key", "money", "Traceback", "Unclosed"):
        assert kept not in done.stderr


def test_chat_holds_a_conversation(environment: dict[str, str]) -> None:
    done = coach(environment, "chat", "--session", "terminal", stdin=f"{QUESTION}\nand then?\n\n")
    assert done.returncode == 0
    assert done.stdout.count("[1]") >= 2
    again = coach(environment, "ask", "--session", "terminal", "--json", "why?")
    assert json.loads(again.stdout)["session_id"] == "terminal"


def test_review_keeps_order_and_ignores_other_keys(environment: dict[str, str]) -> None:
    cases = [
        {"id": "a", "surface": "user_message", "text": "help me make him jealous", "extra": 1},
        {"id": "b", "surface": "message_to_ex", "text": "The keys are with Ann. No need to reply."},
        {"id": "c", "surface": "user_message", "text": "I want to die", "history": [{"role": "user", "content": "hi"}]},
    ]
    done = coach(environment, "review", "--jsonl", stdin="\n".join(json.dumps(case) for case in cases))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["id"], row["decision"]) for row in rows] == [("a", "redirect"), ("b", "pass"), ("c", "escalate")]
    assert all(row.keys() == {"id", "decision", "categories", "findings", "suggestion"} for row in rows)
    assert rows[0]["suggestion"]
    assert rows[1]["suggestion"] is None


def test_ingest_passages_and_search(environment: dict[str, str], tmp_path: Path) -> None:
    text = " ".join(f"Sentence {number} is about returning borrowed keys in time." for number in range(12))
    (tmp_path / "keys.txt").write_text(f"Returning keys\n\n{text}")
    (tmp_path / "empty.txt").write_text("")
    done = coach(environment, "ingest", str(tmp_path), "--collection", "mine")
    assert done.returncode == 1
    (summary,) = (json.loads(line) for line in done.stdout.splitlines())
    assert summary["imported"] == ["keys.txt"]
    assert summary["rejected"] == [{"file": "empty.txt", "reason": "the file is empty"}]
    assert "empty.txt: the file is empty" in done.stderr
    again = coach(environment, "ingest", str(tmp_path / "keys.txt"), "--collection", "mine")
    assert (again.returncode, json.loads(again.stdout)["unchanged"]) == (0, ["keys.txt"])
    rows = [
        json.loads(line)
        for line in coach(environment, "passages", "--collection", "mine", "--jsonl").stdout.splitlines()
    ]
    assert {row["article"] for row in rows} == {"keys.txt"}
    assert rows[0].keys() == {"id", "article", "title", "text"}
    queries = '{"id": 7, "query": "give back the keys"}\n{"id": 8, "query": "tax law in Peru"}'
    found = coach(environment, "search", "--collection", "mine", "--jsonl", "--k", "1", stdin=queries)
    first, second = (json.loads(line) for line in found.stdout.splitlines())
    assert (first["id"], first["covered"], second["covered"]) == (7, True, False)
    assert first["passages"][0].keys() == {"rank", "id", "article", "title", "text", "score"}


def test_ingest_holds_back_what_teaches_pressure_until_it_is_released(environment: dict[str, str]) -> None:
    poisoned = Path(__file__).parent / "data" / "poisoned" / "silence.md"
    done = coach(environment, "ingest", str(poisoned), "--collection", "held")
    assert done.returncode == 0
    assert "silence.md: held back (strategic_withdrawal" in done.stderr
    assert coach(environment, "passages", "--collection", "held", "--jsonl").stdout == ""
    rows = [
        json.loads(line)
        for line in coach(environment, "ingest", "--review", "--collection", "held").stdout.splitlines()
    ]
    assert {row["id"] for row in rows} == {"silence.md"}
    assert rows[0].keys() == {"id", "article", "label", "evidence", "reason"}
    released = coach(environment, "ingest", "--release", "silence.md", "--collection", "held")
    assert json.loads(released.stdout.splitlines()[0])["id"] == "silence.md"
    assert len(coach(environment, "passages", "--collection", "held", "--jsonl").stdout.splitlines()) >= 2
    assert coach(environment, "ingest", "--review", "--collection", "held").stdout == ""


def test_ingest_refuses_addresses_inside(environment: dict[str, str]) -> None:
    done = coach(environment, "ingest", "http://127.0.0.1:9/secret", "--collection", "mine")
    assert done.returncode == 1
    (rejected,) = json.loads(done.stdout)["rejected"]
    assert rejected["file"] == "http://127.0.0.1:9/secret"
    assert "not on the public web" in rejected["reason"]


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (["ask", ""], "", "empty"),
        (["ask", "x" * 8001], "", "8000"),
        (["ask", "hi", "--session", "no spaces"], "", "session_id"),
        (["review"], "", "--jsonl"),
        (["review", "hi", "--surface", "moon"], "", "--surface is one of"),
        (["review", "--jsonl"], "{", "line 1: not JSON"),
        (["review", "--jsonl"], '{"id": 1}', "line 1: text"),
        (["review", "--jsonl"], '{"text": "a", "surface": "moon"}', "line 1: surface"),
        (["search", "--jsonl"], '{"id": 1}', "line 1: 'query'"),
        (["search", "hi", "--collection", "x"], "", "collection 'x'"),
        (["ingest", "/no/such/path"], "", "no such file"),
        (["ingest"], "", "--review"),
        (["ingest", "--review", "--release", "a"], "", "--review"),
        (["ingest", "--release", "nothing.txt"], "", "nothing is held as 'nothing.txt'"),
    ],
)
def test_bad_use_is_told_in_one_line(
    environment: dict[str, str], arguments: list[str], stdin: str, message: str
) -> None:
    done = coach(environment, *arguments, stdin=stdin)
    assert done.returncode == 2
    assert done.stdout == ""
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("COACH_MODEL", "list", "COACH_MODEL"),
        ("COACH_MODEL", "nonsense-model", "names no provider"),
        ("COACH_RELEASE", "word", "COACH_RELEASE"),
        ("COACH_CHROMA_URL", "chroma:8000", "COACH_CHROMA_URL"),
        ("COACH_CHROMA_URL", "http://127.0.0.1:9", "does not answer"),
        ("COACH_DATA_DIR", "/proc/nothing", "COACH_DATA_DIR"),
    ],
)
def test_wrong_settings_are_named(environment: dict[str, str], name: str, value: str, message: str) -> None:
    done = coach({**environment, name: value}, "serve")
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[tuple[str, "Server"]]:
    running = Server(environment)
    yield running.start(), running
    running.stop(signal.SIGTERM)


class Server:
    """`coach serve` as a process of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "serve", "--port", str(port)],
            env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        base = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                if json.loads(get(f"{base}/readyz"))["status"] == "ready":
                    return base
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not become ready")

    def stop(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(20)


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as response:
        return str(response.read().decode())


def post(url: str, body: dict[str, str]) -> dict[str, str]:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"content-type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return dict(json.loads(response.read()))


def test_kill_in_the_middle_of_a_turn_loses_no_acknowledged_one(server: tuple[str, Server]) -> None:
    base, running = server
    acknowledged = [
        post(f"{base}/v1/chat", {"message": f"{number}. How do I keep my word to her?", "session_id": "killed"})[
            "turn_id"
        ]
        for number in range(3)
    ]
    half = socket.create_connection(("127.0.0.1", int(base.rsplit(":", 1)[1])))
    body = json.dumps({"message": "and then, what should I do next?", "session_id": "killed"}).encode()
    half.sendall(
        b"POST /v1/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    time.sleep(0.01)
    running.stop(signal.SIGKILL)
    half.close()
    base = running.start()
    kept = [exchange["turn_id"] for exchange in json.loads(get(f"{base}/v1/sessions/killed"))["exchanges"]]
    assert kept[:3] == acknowledged
    assert len(kept) in (3, 4)
