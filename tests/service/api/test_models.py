"""The names of the coach."""

from fastapi.testclient import TestClient

from service.app import create_app
from service.settings import Settings
from tests.fakes import ScriptedWriter


def test_the_coach_and_the_model_behind_it_are_listed_and_found(settings: Settings) -> None:
    named = settings.model_copy(update={"model": "openai/gpt-5-mini"})
    with TestClient(create_app(named, ScriptedWriter([]))) as client:
        listed = client.get("/v1/models").json()
        assert listed["object"] == "list"
        assert [model["id"] for model in listed["data"]] == ["coach", "openai/gpt-5-mini"]
        for model in listed["data"]:
            assert model.keys() == {"id", "object", "created", "owned_by"}
            assert client.get(f"/v1/models/{model['id']}").json() == model


def test_an_unknown_one_is_not(client: TestClient) -> None:
    response = client.get("/v1/models/gpt-4o")
    assert response.status_code == 404
    error = response.json()["error"]
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", "model", "model_not_found")
    assert "'coach' or 'embedded'" in error["message"]
