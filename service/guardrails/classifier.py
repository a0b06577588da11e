"""The learned judge: a small encoder and a linear reader, taught by hand-written cases, with calibrated thresholds.

`weights/guard.onnx` holds the network, `weights/ngrams.npz` the linear reader, `weights/guard.json` what belongs to
them: the hash of the network, temperatures and thresholds. docs/guardrails.md tells how well they judge;
evals/training makes them.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import minilm_tokenizer, open_network
from knowledge.errors import KnowledgeDataError
from knowledge.sentences import Sentence, split_sentences
from knowledge.tactics import KINDS, LABELS, Surface
from service.guardrails.guardrail import Hit, Subject
from service.guardrails.judgement import DECISIONS, OUTPUTS, CaseReader, Row
from service.guardrails.ngrams import NgramModel

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Array = NDArray[np.float32]

_KINDS_OF = {
    "redirect": ("tactic", "safety"),
    "escalate": ("safety",),
    "refuse": ("security",),
    "block": ("tactic", "limit", "security"),
    "flag": ("tactic",),
}
_PRECEDENCE = ("escalate", "refuse", "redirect", "block", "flag")
_REDIRECTED_SAFETY = "no_contact_order"
_LABEL_AT = 0.5
_LESS_SURE_THAN_A_RULE = 0.89
_EVIDENCE_SENTENCES = 24
_BATCH = 16


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns the network's numbers into verdicts, for one surface.

    The logits of the linear reader count `ngrams` times as much as the network's; both are divided by `temperature`. A
    decision is taken where its probability reaches its threshold, and left in doubt where it reaches only `doubts`: the
    text then passes and is treated with care.
    """

    ngrams: float
    temperature: float
    thresholds: Mapping[str, float]
    doubts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the network says of one text: a probability for each decision of its surface and for each label."""

    decisions: dict[str, float]
    labels: dict[str, float]

    def blocked(self, surface: Surface) -> float:
        """Probability that the text must not pass."""
        return 1.0 - self.decisions[DECISIONS[surface][0]]


class GuardModel:
    """The network and its calibration."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(str(files("service.guardrails") / "weights"))

    @cached_property
    def calibration(self) -> dict[str, Calibration]:
        """By surface.

        Raises:
            KnowledgeDataError: the weights are not those that were calibrated.
        """
        card: dict[str, Any] = json.loads((self._folder / "guard.json").read_text(encoding="utf-8"))
        digest = hashlib.sha256((self._folder / "guard.onnx").read_bytes()).hexdigest()
        if digest != card["sha256"]:
            raise KnowledgeDataError("guard.onnx is not the file that guard.json was calibrated for: train again")
        return {surface: Calibration(**values) for surface, values in card["calibration"].items()}

    def judge(self, surface: Surface, history: Sequence[tuple[str, str]], text: str) -> Judgement:
        """Judge one text; of a long one, its worst part."""
        rows = self._reader.rows(surface, history, text) or [self._reader.row(surface, (), "")]
        parts = self._judged(surface, rows, [self._ngrams.logits(surface, text)] * len(rows))
        return max(parts, key=lambda part: part.blocked(surface))

    def judge_each(self, surface: Surface, history: Sequence[tuple[str, str]], texts: Sequence[str]) -> list[Judgement]:
        """Judge texts side by side after the same history."""
        rows = [self._reader.row(surface, history, text) for text in texts]
        return self._judged(surface, rows, [self._ngrams.logits(surface, text) for text in texts])

    def _judged(self, surface: Surface, rows: Sequence[Row], read: Sequence[Array]) -> list[Judgement]:
        found: list[Judgement] = []
        for start in range(0, len(rows), _BATCH):
            decisions, labels = self._run(rows[start : start + _BATCH])
            found += [
                self._judgement(surface, decision, label, linear)
                for decision, label, linear in zip(decisions, labels, read[start : start + _BATCH], strict=True)
            ]
        return found

    def _judgement(self, surface: Surface, decisions: Array, labels: Array, linear: Array) -> Judgement:
        columns = [index for index, (of, _) in enumerate(OUTPUTS) if of == surface]
        calibration = self.calibration[surface]
        scaled = (decisions[columns] + calibration.ngrams * linear) / calibration.temperature
        weights = np.exp(scaled - scaled.max())
        chances = weights / weights.sum()
        return Judgement(
            {name: float(chance) for name, chance in zip(DECISIONS[surface], chances, strict=True)},
            {name: float(1 / (1 + np.exp(-value))) for name, value in zip(LABELS, labels, strict=True)},
        )

    def _run(self, rows: Sequence[Row]) -> tuple[Array, Array]:
        longest = max(len(ids) for ids, _ in rows)
        ids = np.zeros((len(rows), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        kinds = np.zeros_like(ids)
        for index, (row, segments) in enumerate(rows):
            ids[index, : len(row)] = row
            mask[index, : len(row)] = 1
            kinds[index, : len(row)] = segments
        decisions, labels = self._session.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds})
        return np.asarray(decisions, dtype=np.float32), np.asarray(labels, dtype=np.float32)

    @cached_property
    def _ngrams(self) -> NgramModel:
        return NgramModel(self._folder / "ngrams.npz")

    @cached_property
    def _reader(self) -> CaseReader:
        return CaseReader(minilm_tokenizer())

    @cached_property
    def _session(self) -> "InferenceSession":
        return open_network(self._folder / "guard.onnx")


class ClassifierDetector:
    """Claims the labels that the learned judge sees, with the sentence that weighs most as evidence."""

    def __init__(self, model: GuardModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return "classifier"

    async def detect(self, subject: Subject) -> tuple[Hit, ...]:
        surface = subject.surface
        history: list[tuple[str, str]] = [(turn.role, turn.content) for turn in subject.history]
        judgement = self._model.judge(surface, history, subject.normalised.text)
        score = judgement.blocked(surface)
        calibration = self._model.calibration[surface]
        taken = _reached(judgement, calibration.thresholds)
        if not taken:
            return _doubted(subject, judgement, _reached(judgement, calibration.doubts))
        start, end = self._evidence(subject, history)
        return tuple(
            Hit(label=label, score=min(score, _LESS_SURE_THAN_A_RULE) * weight, start=start, end=end)
            for label, weight in _labels(taken[0], judgement)
        )

    def _evidence(self, subject: Subject, history: list[tuple[str, str]]) -> tuple[int, int]:
        """The sentence that is worst on its own, as it stands in the original text."""
        sentences = split_sentences(subject.normalised.text)[:_EVIDENCE_SENTENCES]
        if len(sentences) < 2:
            return subject.normalised.span(0, len(subject.normalised.text))
        judged = self._model.judge_each(subject.surface, history, [sentence.text for sentence in sentences])
        worst: Sentence = max(zip(sentences, judged, strict=True), key=lambda pair: pair[1].blocked(subject.surface))[0]
        return subject.normalised.span(worst.start, worst.end)


def _reached(judgement: Judgement, levels: Mapping[str, float]) -> list[str]:
    """Decisions whose probability reaches their level, the gravest first."""
    return [name for name in _PRECEDENCE if name in levels and judgement.decisions[name] >= levels[name]]


def _doubted(subject: Subject, judgement: Judgement, decisions: Sequence[str]) -> tuple[Hit, ...]:
    """An uncertain hit for the likeliest label of each decision in doubt."""
    return tuple(
        Hit(
            label=_labels(name, judgement)[0][0],
            score=judgement.decisions[name],
            start=0,
            end=len(subject.text),
            certain=False,
        )
        for name in decisions
    )


def _labels(decision: str, judgement: Judgement) -> list[tuple[str, float]]:
    """Labels that fit the decision, each with its weight; the likeliest always, others where they are likely."""
    fitting = [label for label in LABELS if _fits(decision, label)]
    first = max(fitting, key=lambda label: judgement.labels[label])
    others = [label for label in LABELS if label != first and judgement.labels[label] >= _LABEL_AT]
    allowed = [
        label
        for label in others
        if label in fitting or (decision in ("escalate", "refuse") and KINDS[label] == "tactic")
    ]
    return [(first, 1.0), *((label, judgement.labels[label]) for label in allowed)]


def _fits(decision: str, label: str) -> bool:
    if decision == "redirect" and KINDS[label] == "safety":
        return label == _REDIRECTED_SAFETY
    if decision == "escalate" and label == _REDIRECTED_SAFETY:
        return False
    return KINDS[label] in _KINDS_OF[decision]
