"""A second opinion by a model, only where the local judge is not sure; off unless an operator names a model."""

import hashlib
import json
from collections import OrderedDict
from typing import Protocol

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from knowledge.tactics import KINDS, Tactics
from service.errors import ProviderError
from service.guardrails.guardrail import Hit, Subject
from service.writing.prompts import judge_prompt
from service.writing.redaction import Redaction
from service.writing.writer import Chunk

_REMEMBERED = 512
_HISTORY_TURNS = 8
_SCORE = 0.8


class Model(Protocol):
    """Something that completes a conversation."""

    async def complete(self, messages: list[dict[str, str]]) -> Chunk:
        """The whole answer.

        Raises:
            ProviderError: none came.
        """
        ...


class Opinion(BaseModel):
    """What the model must answer."""

    model_config = ConfigDict(frozen=True)

    labels: tuple[str, ...]
    evidence: str = ""

    @field_validator("labels")
    @classmethod
    def _known(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [label for label in labels if label not in KINDS]:
            raise ValueError(f"no such labels: {unknown}")
        return labels


class ModelJudge:
    """Asks a model about one text, and remembers what it said."""

    def __init__(self, model: Model, tactics: Tactics, *, redact: bool = False) -> None:
        """With `redact`, the model is not told who the person speaks of."""
        self._model = model
        self._redact = redact
        self._labels = "\n".join(
            f"- {tactic.label}: {tactic.definition} Not: {tactic.is_not}" for tactic in tactics.values()
        )
        self._known: OrderedDict[str, Opinion] = OrderedDict()

    @property
    def name(self) -> str:
        return "judge"

    async def detect(self, subject: Subject) -> tuple[Hit, ...]:
        """The labels that the model sees.

        Raises:
            ProviderError: it gave no usable opinion; the screen then blocks.
        """
        told = (subject.normalised.text, *(turn.content for turn in subject.history))
        redaction = Redaction(told if self._redact else ())
        messages = self._messages(subject, redaction)
        key = hashlib.sha256(json.dumps(messages).encode()).hexdigest()
        opinion = self._known.get(key) or _read((await self._model.complete(messages)).text)
        self._known[key] = opinion
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        evidence = redaction.restore(opinion.evidence)
        start = max(subject.text.find(evidence), 0) if evidence else 0
        end = start + len(evidence) if evidence in subject.text[start:] else len(subject.text)
        return tuple(
            Hit(label=label, score=_SCORE, start=start, end=end or len(subject.text)) for label in opinion.labels
        )

    def _messages(self, subject: Subject, redaction: Redaction) -> list[dict[str, str]]:
        recent = subject.history[-_HISTORY_TURNS:]
        before = [{"role": turn.role, "content": redaction.hide(turn.content)} for turn in recent]
        case = json.dumps({"history": before, "text": redaction.hide(subject.normalised.text)}, ensure_ascii=False)
        system = judge_prompt().format(labels=self._labels, surface=subject.surface)
        return [{"role": "system", "content": system}, {"role": "user", "content": case}]


def _read(answer: str) -> Opinion:
    start, end = answer.find("{"), answer.rfind("}")
    try:
        return Opinion.model_validate_json(answer[start : end + 1])
    except ValidationError as error:
        raise ProviderError("the judge model did not answer with a verdict") from error
