"""Cheaper judges than the trained one, on the same cases: `python -m evals.training.ablation`.

Exemplars: how much nearer a text stands to training cases that are stopped than to those that pass. Frozen head: a
logistic regression for each surface on vectors that training never touched. Both read with all-MiniLM-L6-v2 as it
comes, see no history, and get their thresholds as the trained judge does.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from transformers import AutoModel, AutoTokenizer

from evals.datasets import load_dataset
from evals.guards import HEADLINES, Judge, heldout, summary
from evals.tables import print_table
from evals.training.__main__ import training_cases
from evals.training.calibrate import OVERBLOCKING, above
from evals.training.pretrained import pretrained
from knowledge.cases import Case
from knowledge.tactics import SURFACES, Surface, load_tactics
from service.guardrails.guardrail import Hit, Subject
from service.guardrails.judgement import DECISIONS
from service.guardrails.normalise import normalise
from service.guardrails.screen import Screen, decide

Vectors = NDArray[np.float32]
Scores = NDArray[np.float64]
Scorer = Callable[[Surface, Vectors], Scores]
"""Scores of a surface's decisions on rows of vectors, shape (rows, decisions), on any scale; higher is likelier."""

_NEAREST = 5
_BATCH = 64
_LABEL_OF = {
    "redirect": "guilt_trip",
    "escalate": "crisis_self_harm",
    "refuse": "prompt_injection",
    "block": "guilt_trip",
    "flag": "guilt_trip",
}
"""These judges know decisions only; a label that leads to each."""


class Frozen:
    """Unit vectors of all-MiniLM-L6-v2 as it comes: the mean of its last layer."""

    def __init__(self) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(pretrained())
        self._model = AutoModel.from_pretrained(pretrained()).eval()

    @torch.no_grad()
    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        found = np.zeros((len(texts), self._model.config.hidden_size), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            batch = self._tokenizer(
                [texts[index] for index in chosen], padding=True, truncation=True, max_length=256, return_tensors="pt"
            )
            mask = batch["attention_mask"].unsqueeze(-1)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                read = self._model(**batch).last_hidden_state.float()
            mean = (read * mask).sum(1) / mask.sum(1)
            found[chosen] = torch.nn.functional.normalize(mean, dim=1).numpy()
        return found


class VectorDetector:
    """Takes the decision whose score reaches its threshold."""

    def __init__(self, name: str, frozen: Frozen, scorer: Scorer, thresholds: Mapping[Surface, Mapping[str, float]]):
        self.name = name
        self._frozen = frozen
        self._scorer = scorer
        self._thresholds = thresholds

    async def detect(self, subject: Subject) -> tuple[Hit, ...]:
        """At most one hit, the whole text."""
        surface = subject.surface
        scores = self._scorer(surface, self._frozen.embed([subject.normalised.text]))[0]
        return tuple(
            Hit(label=_LABEL_OF[name], score=0.8, start=0, end=len(subject.text))
            for name, score in zip(DECISIONS[surface], scores, strict=True)
            if score >= self._thresholds[surface].get(name, np.inf)
        )[:1]


def exemplars(cases: Sequence[Case], vectors: Vectors) -> Scorer:
    """The mean cosine to the five nearest cases of a decision, above that to the five nearest that pass."""
    at = {
        (surface, name): vectors[
            [i for i, case in enumerate(cases) if case.surface == surface and decide(surface, case.labels) == name]
        ]
        for surface in SURFACES
        for name in DECISIONS[surface]
    }

    def score(surface: Surface, rows: Vectors) -> Scores:
        near = np.stack(
            [np.sort(rows @ at[surface, name].T, axis=1)[:, -_NEAREST:].mean(1) for name in DECISIONS[surface]]
        )
        return np.asarray((near - near[0]).T, dtype=np.float64)

    return score


def frozen_head(cases: Sequence[Case], vectors: Vectors) -> Scorer:
    """A logistic regression a surface."""
    heads = {}
    for surface in SURFACES:
        chosen = [index for index, case in enumerate(cases) if case.surface == surface]
        expected = [DECISIONS[surface].index(decide(surface, cases[index].labels)) for index in chosen]
        heads[surface] = LogisticRegression(C=10.0, max_iter=500).fit(vectors[chosen], expected)
    return partial(_chances, heads)


def _chances(heads: Mapping[Surface, LogisticRegression], surface: Surface, rows: Vectors) -> Scores:
    return np.asarray(heads[surface].predict_proba(rows), dtype=np.float64)


def thresholds(scorer: Scorer, cases: Sequence[Case], vectors: Vectors) -> dict[Surface, dict[str, float]]:
    """For each decision, so that as few honest development cases are stopped as with the trained judge."""
    found: dict[Surface, dict[str, float]] = {}
    for surface in SURFACES:
        chosen = [index for index, case in enumerate(cases) if case.surface == surface]
        scores = scorer(surface, vectors[chosen])
        bad = np.array([bool(cases[index].labels) for index in chosen])
        found[surface] = {
            name: above(scores[:, column][~bad], OVERBLOCKING[name])
            for column, name in enumerate(DECISIONS[surface])
            if column
        }
    return found


def main() -> None:
    """Print the table as Markdown."""
    frozen, tactics = Frozen(), load_tactics()
    train, development, unseen = training_cases(), load_dataset("guard_dev"), heldout()
    taught, chosen = (frozen.embed([normalise(case.text).text for case in cases]) for cases in (train, development))
    columns = {}
    for name, scorer in (("exemplars", exemplars(train, taught)), ("frozen head", frozen_head(train, taught))):
        detector = VectorDetector(name, frozen, scorer, thresholds(scorer, development, chosen))
        columns[name] = summary(asyncio.run(Judge(Screen((detector,), tactics)).rows(unseen)))
    print_table(["", *columns], [[title, *(str(of[title]) for of in columns.values())] for _, _, title in HEADLINES])


if __name__ == "__main__":
    main()
