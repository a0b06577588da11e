"""Train, export, calibrate and measure the learned judge: `python -m evals.training [--epochs N] [--seed N] …`."""

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from evals.datasets import load_dataset
from evals.training.calibrate import blend, thresholds
from evals.training.export import export
from evals.training.exported import load_exported
from evals.training.lessons import lessons, read_opinions, unlabelled, with_opinions
from evals.training.ngrams import fit_ngrams
from evals.training.pretrained import pretrained
from evals.training.settings import TrainingSettings
from evals.training.train import fit, untrained
from knowledge.answers import load_answers
from knowledge.cases import Case, load_cases
from knowledge.encoder import minilm_tokenizer
from knowledge.pronouns import worded
from knowledge.tactics import SURFACES, Surface, load_tactics
from service.guardrails.classifier import Calibration, GuardModel, Judgement
from service.guardrails.judgement import DECISIONS, CaseReader
from service.guardrails.ngrams import NgramModel
from service.guardrails.normalise import normalise
from service.guardrails.screen import decide

OPINIONS = Path(__file__).with_name("opinions.npz")
"""What a larger judge thinks of the cases (evals/training/teacher.py)."""

_WEIGHTS = Path(__file__).resolve().parents[2] / "service" / "guardrails" / "weights"


def main() -> None:
    """Run the whole of it."""
    arguments = _arguments()
    settings = TrainingSettings(
        epochs=arguments.epochs,
        seed=arguments.seed,
        share=arguments.share,
        rate=arguments.rate,
        threads=arguments.threads,
    )
    cases = training_cases(settings.share)
    if arguments.calibrate_only:
        kept = json.loads((arguments.out / "guard.json").read_text(encoding="utf-8"))
        fit_ngrams(cases, arguments.out / "ngrams.npz")
        calibrate(arguments.out, kept["settings"], {**kept["trained_on"], "ngrams": len(cases)})
        return
    taught = lessons(cases)
    if not arguments.alone:
        taught = with_opinions([*taught, *unlabelled(cases)], read_opinions(OPINIONS))
    settings.tell(f"{len(cases)} cases, {len(taught)} lessons")
    reader = CaseReader(minilm_tokenizer())
    begin = arguments.begin / "guard.onnx" if arguments.begin else None
    model = untrained(pretrained(), settings)
    if begin is not None:
        load_exported(model, begin)
    fit(model, taught, reader, settings)
    export(model, arguments.out / "guard.onnx")
    fit_ngrams(cases, arguments.out / "ngrams.npz")
    how = {**asdict(settings), "began_from": _began_from(begin)}
    calibrate(arguments.out, how, {"network": len(cases), "lessons": len(taught), "ngrams": len(cases)})
    settings.tell(f"written to {arguments.out}")


def _began_from(weights: Path | None) -> str:
    return hashlib.sha256(weights.read_bytes()).hexdigest() if weights else "all-MiniLM-L6-v2"


def training_cases(share: float = 1.0) -> list[Case]:
    """The cases that train: those written for it, the examples of the tactics and answers, or a `share` by hash."""
    cases = [*load_cases(), *_examples(), *_answers()]
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


def _answers() -> list[Case]:
    """What the coach itself says, one wording of each: the others tell whether the judge has understood."""
    return [
        Case(f"answer-{answer.id}", "coach_draft", worded(answer.says[0]), ()) for answer in load_answers().values()
    ]


def calibrate(folder: Path, settings: dict[str, object], trained_on: dict[str, int]) -> None:
    """Choose weights, temperatures and thresholds for what lies in `folder`, on the development cases."""
    card = Card(hashlib.sha256((folder / "guard.onnx").read_bytes()).hexdigest(), settings, trained_on)
    cases = load_dataset("guard_dev")
    plain = {surface: Calibration(0.0, 1.0, {}, {}) for surface in SURFACES}
    card.write(folder, plain)
    judged, linear = _judged(folder, cases), NgramModel(folder / "ngrams.npz")
    blended: dict[Surface, Calibration] = {}
    for surface in SURFACES:
        chosen = [index for index, case in enumerate(cases) if case.surface == surface]
        network = np.log([[max(judged[i].decisions[name], 1e-9) for name in DECISIONS[surface]] for i in chosen])
        read = np.array([linear.logits(surface, normalise(cases[i].text).text) for i in chosen], dtype=np.float64)
        expected = np.array([DECISIONS[surface].index(decide(surface, cases[i].labels)) for i in chosen])
        weight, heat = blend(network, read, expected)
        blended[surface] = replace(plain[surface], ngrams=weight, temperature=heat)
    card.write(folder, blended)
    card.write(folder, thresholds(cases, _judged(folder, cases), blended))


def _judged(folder: Path, cases: Sequence[Case]) -> list[Judgement]:
    model = GuardModel(folder)
    return [model.judge(case.surface, case.history, normalise(case.text).text) for case in cases]


@dataclass(frozen=True, slots=True)
class Card:
    """What is written down about a set of weights."""

    digest: str
    settings: dict[str, object]
    trained_on: dict[str, int]

    def write(self, folder: Path, calibration: Mapping[Surface, Calibration]) -> None:
        """Write `guard.json`."""
        card = {
            "sha256": self.digest,
            "base": "sentence-transformers/all-MiniLM-L6-v2",
            "trained_on": self.trained_on,
            "settings": self.settings,
            "calibration": {surface: asdict(values) for surface, values in calibration.items()},
        }
        (folder / "guard.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    defaults = TrainingSettings()
    parser = argparse.ArgumentParser(prog="python -m evals.training", description=__doc__)
    parser.add_argument("--epochs", type=int, default=defaults.epochs)
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--share", type=float, default=defaults.share, help="of the cases, for a learning curve")
    parser.add_argument("--rate", type=float, default=defaults.rate)
    parser.add_argument("--begin", type=Path, help="folder of weights to go on from, instead of MiniLM's own")
    parser.add_argument("--alone", action="store_true", help="learn from the labels only, not from the teacher")
    parser.add_argument("--threads", type=int, default=defaults.threads)
    parser.add_argument("--calibrate-only", action="store_true", help="keep the network; fit and calibrate the rest")
    parser.add_argument("--out", type=Path, default=_WEIGHTS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
