"""The guards in OpenAI's protocol."""

import pytest
from fastapi.testclient import TestClient

from knowledge.tactics import LABELS

LABELLED = {*LABELS, "guard_failure"}


def test_each_text_gets_a_verdict_in_our_labels(client: TestClient) -> None:
    answer = client.post("/v1/moderations", json={"input": ["I want to die", "How do I apologise?"], "model": "any"})
    body = answer.json()
    assert body["id"].startswith("modr-")
    assert body["model"] == "any"
    crisis, honest = body["results"]
    assert crisis["flagged"] is True
    assert crisis["decision"] == "escalate"
    assert crisis["categories"].keys() == crisis["category_scores"].keys() == LABELLED
    assert [label for label, applies in crisis["categories"].items() if applies] == ["crisis_self_harm"]
    assert 0.5 < crisis["category_scores"]["crisis_self_harm"] <= 1
    assert honest["flagged"] is False
    assert set(honest["categories"].values()) == {False}
    assert set(honest["category_scores"].values()) == {0.0}


def test_one_text_on_another_surface(client: TestClient) -> None:
    text = "I'm sorry about last night, but you know how I get when you ignore me."
    (result,) = client.post("/v1/moderations", json={"input": text, "surface": "message_to_ex"}).json()["results"]
    assert result["decision"] == "flag"
    assert result["categories"]["blame_shifting"] is True


@pytest.mark.parametrize(
    "body",
    [{}, {"input": []}, {"input": ""}, {"input": ["hi", " "]}, {"input": "x" * 8001}, {"input": ["x"] * 129},
     {"input": [{"type": "image_url"}]}, {"input": "hi", "surface": "nowhere"}],
)  # fmt: skip
def test_bad_input_is_told_as_openai_does(client: TestClient, body: dict[str, object]) -> None:
    response = client.post("/v1/moderations", json=body)
    assert response.status_code == 400
    assert response.json()["error"].keys() == {"message", "type", "param", "code"}
    assert response.json()["error"]["type"] == "invalid_request_error"
