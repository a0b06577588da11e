"""What written things are found by: one point for each."""

from pathlib import Path

import numpy as np
import pytest

from knowledge import answers, prototypes, situations
from knowledge.encoder import MiniLMEncoder
from knowledge.errors import KnowledgeDataError
from knowledge.prototypes import Prototypes, Wordings, build, load, save

TOLD = Wordings(
    asks={
        "rain": ["will it rain tomorrow", "do I need an umbrella", "is the weather bad"],
        "bread": ["how do I bake bread", "my dough does not rise", "which flour for a loaf"],
    },
    says={"rain": ["Take a coat, clouds are coming."], "bread": ["Let the dough rest for an hour."]},
)


def test_what_is_meant_is_found(encoder: MiniLMEncoder) -> None:
    built = build(TOLD, encoder)
    shares = built.shares(encoder.embed(["will I get wet on my walk?"])[0])
    assert next(iter(shares)) == "rain"
    assert sum(shares.values()) == pytest.approx(1.0)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)


def test_only_what_is_allowed_shares(encoder: MiniLMEncoder) -> None:
    built, vector = build(TOLD, encoder), encoder.embed(["umbrella"])[0]
    assert built.shares(vector, lambda name: name == "bread") == {"bread": 1.0}
    assert built.shares(vector, lambda name: False) == {}


def test_what_is_about_nothing_is_far(encoder: MiniLMEncoder) -> None:
    built = build(TOLD, encoder)
    near, far = (built.nearness(encoder.embed([text])[0]) for text in ("is rain coming", "our lawyer sold the boat"))
    assert far < near <= 1.0
    assert Prototypes((), np.empty((0, 384), np.float32)).nearness(encoder.embed(["x"])[0]) == 0.0


def test_what_is_said_counts_like_an_ask(encoder: MiniLMEncoder) -> None:
    vector = encoder.embed(["rest for an hour"])[0]
    silent = Wordings(TOLD.asks, {"rain": TOLD.says["rain"], "bread": TOLD.says["rain"]})
    with_it, without = (build(told, encoder).shares(vector)["bread"] for told in (TOLD, silent))
    assert with_it > without


def test_weights_of_other_texts_are_refused(encoder: MiniLMEncoder) -> None:
    with pytest.raises(KnowledgeDataError, match=r"python -m evals\.training\.prototypes"):
        load("answers", TOLD, encoder)


def test_what_is_kept_comes_back(encoder: MiniLMEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = build(TOLD, encoder)
    (tmp_path / "weights").mkdir()
    save(tmp_path / "weights" / "told.npz", built, TOLD.digest(encoder))
    monkeypatch.setattr(prototypes, "files", lambda package: tmp_path)
    kept = load("told", TOLD, encoder)
    assert kept.names == built.names
    assert np.allclose(kept.points, built.points, atol=1e-3)


def test_the_weights_are_of_the_texts_that_ship(encoder: MiniLMEncoder) -> None:
    written, told = answers.load_answers(), situations.load_situations()
    assert set(load("answers", answers.wordings(written), encoder).names) == set(written)
    assert set(load("situations", situations.wordings(told), encoder).names) == set(told)
