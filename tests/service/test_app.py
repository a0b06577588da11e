"""The HTTP contract, over the real application."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.settings import Settings
from service.writing.writer import Writer
from tests.fakes import ScriptedWriter
from tests.service.test_flow import GOOD, QUESTION, ULTIMATUM


@contextmanager
def client_of(settings: Settings, writer: Writer | None = None) -> Iterator[TestClient]:
    with TestClient(create_app(settings, writer), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with client_of(settings) as opened:
        yield opened


def events(body: str) -> list[tuple[str, dict[str, object]]]:
    """Server-sent events as (name, data)."""
    found = []
    for block in body.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_a_turn_has_the_contract_s_shape(client: TestClient) -> None:
    reply = client.post("/v1/chat", json={"message": QUESTION}).json()
    assert reply.keys() >= {
        "session_id", "turn_id", "reply", "decision", "citations", "guardrails", "model", "usage", "timings_ms",
    }  # fmt: skip
    assert reply["decision"] == "allow"
    assert reply["citations"][0].keys() == {"marker", "passage_id", "article", "title", "source", "quote"}
    assert reply["guardrails"].keys() >= {"input", "output", "redrafts", "composed"}
    again = client.post("/v1/chat", json={"message": "and then?", "session_id": reply["session_id"]}).json()
    assert again["session_id"] == reply["session_id"]
    assert again["turn_id"] != reply["turn_id"]


@pytest.mark.parametrize("headers", [{}, {"accept": "text/event-stream"}])
def test_events_spell_the_reply_and_no_stopped_word(settings: Settings, headers: dict[str, str]) -> None:
    with client_of(settings, ScriptedWriter([ULTIMATUM, GOOD])) as client:
        response = client.post("/v1/chat", json={"message": QUESTION, "stream": not headers}, headers=headers)
    told = events(response.text)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert [name for name, _ in told][-1] == "reply"
    assert "".join(str(data["text"]) for name, data in told if name == "sentence") == told[-1][1]["reply"]
    assert {str(data["step"]) for name, data in told if name == "status"} >= {"reading", "rewriting"}
    for words in ("Wednesday", "as a no for ever", "If she"):
        assert words not in response.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"message": ""}', 400),
        (b'{"message": "   "}', 400),
        (json.dumps({"message": "x" * 8001}).encode(), 400),
        (b'{"message": "nul \\u0000"}', 400),
        (b'{"message": "half \\ud83d"}', 400),
        (b'{"message": ', 400),
        (b"", 422),
        (b"[]", 422),
        (b'{"text": "hi"}', 422),
        (b'{"message": 3}', 422),
        (b'{"message": "hi", "session_id": "no spaces"}', 400),
        (b'{"message": "hi", "locale": "<script>"}', 422),
        (b'{"message": "\xff\xfe"}', 400),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_bad_input_has_one_shape(client: TestClient, body: bytes, status: int, stream: bool) -> None:
    headers = {"content-type": "application/json", **({"accept": "text/event-stream"} if stream else {})}
    response = client.post("/v1/chat", content=body, headers=headers)
    assert response.status_code == status
    error = response.json()["error"]
    assert error.keys() == {"type", "message", "param", "request_id"}
    assert error["request_id"] == response.headers["x-request-id"]
    assert "Traceback" not in response.text


def test_other_failures_have_the_same_shape(client: TestClient) -> None:
    for method, path, status in (
        ("GET", "/v1/nothing", 404), ("GET", "/v1/chat", 405), ("GET", "/v1/sessions/unknown", 404),
        ("DELETE", "/v1/sessions/unknown", 404),
    ):  # fmt: skip
        response = client.request(method, path)
        assert response.status_code == status
        assert response.json()["error"]["message"]
    large = client.post("/v1/chat", json={"message": "x" * 300_000})
    assert large.status_code == 413


def test_sessions_are_shown_exported_and_deleted_for_good(client: TestClient) -> None:
    client.post("/v1/chat", json={"message": QUESTION, "session_id": "mine"})
    shown = client.get("/v1/sessions/mine").json()
    assert shown["exchanges"][0]["message"] == QUESTION
    export = client.get("/v1/sessions/mine/export")
    assert export.json() == shown
    assert "attachment" in export.headers["content-disposition"]
    assert client.delete("/v1/sessions/mine").status_code == 204
    assert client.get("/v1/sessions/mine").status_code == 409
    assert client.post("/v1/chat", json={"message": QUESTION, "session_id": "mine"}).status_code == 409


def test_the_journey_is_shown_exported_and_corrected(client: TestClient) -> None:
    client.post("/v1/chat", json={"message": "I lied to my wife about money.", "session_id": "mine"})
    journey = client.get("/v1/sessions/mine").json()["journey"]
    assert (journey["stage"], journey["side"]) == ("own_it", "did")
    assert journey["ready"]
    assert journey["not_yet"]
    assert client.get("/v1/sessions/mine/export").json()["journey"] == journey
    values = [fact["value"] for fact in journey["facts"] if fact["kind"] != "advice"]
    assert values == ["wife", "lies", "money"]
    assert journey["facts"][0]["sentence"] == "I lied to my wife about money."
    left = client.delete("/v1/sessions/mine/journey/0").json()
    assert [fact["value"] for fact in left["facts"]][:2] == ["lies", "money"]
    assert client.get("/v1/sessions/mine").json()["journey"] == left
    assert client.delete("/v1/sessions/mine/journey/99").status_code == 404
    assert client.delete("/v1/sessions/unknown/journey/0").status_code == 404


def test_review_gives_spans_and_an_alternative(client: TestClient) -> None:
    text = "I'm sorry about last night, but you know how I get when you ignore me."
    review = client.post("/v1/review", json={"text": text, "surface": "message_to_ex"}).json()
    assert review["decision"] == "flag"
    assert "blame_shifting" in review["categories"]
    assert review["suggestion"]
    for finding in review["findings"]:
        assert text[finding["start"] : finding["end"]] == finding["evidence"] != ""
    assert client.post("/v1/review", json={"text": text, "surface": "nowhere"}).status_code == 422


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "missing": []}
    client.post("/v1/chat", json={"message": "I want to die"})
    metrics = client.get("/metrics").text
    assert 'coach_turns_total{decision="escalate"} 1.0' in metrics
    assert 'coach_findings_total{label="crisis_self_harm"} 1.0' in metrics
    assert client.get("/openapi.json").json()["paths"].keys() >= {"/v1/chat", "/v1/review", "/healthz", "/readyz"}


def test_it_is_not_ready_before_its_lifespan_began(settings: Settings) -> None:
    response = TestClient(create_app(settings)).get("/readyz")
    assert response.status_code == 503
    assert response.json()["missing"] == ["coach"]


def test_keys(settings: Settings) -> None:
    keyed = Settings(data_dir=settings.data_dir, api_keys="one, two")
    with client_of(keyed, ScriptedWriter([GOOD, GOOD])) as client:
        assert client.post("/v1/chat", json={"message": QUESTION}).status_code == 401
        assert client.post("/v1/chat", json={"message": "x"}, headers={"x-api-key": "three"}).status_code == 401
        for headers in ({"authorization": "Bearer two"}, {"x-api-key": "one"}):
            assert client.post("/v1/chat", json={"message": QUESTION}, headers=headers).status_code == 200
        assert client.get("/healthz").status_code == 200


def test_without_keys_only_this_machine_may_connect(settings: Settings) -> None:
    app = create_app(settings, ScriptedWriter([]))
    with TestClient(app, client=("10.1.2.3", 5000)) as stranger:
        response = stranger.post("/v1/chat", json={"message": QUESTION})
    assert response.status_code == 403
    assert "COACH_API_KEYS" in response.json()["error"]["message"]
