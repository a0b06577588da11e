"""The training loop: seeded, two threads, bfloat16 where the processor has it."""

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from evals.training.lessons import Array, Lesson
from evals.training.network import Judge, learning_rate, of_surface
from service.guardrails.judgement import LABEL_OUTPUTS, OUTPUTS, CaseReader, Row
from service.guardrails.screen import decide

if TYPE_CHECKING:
    from evals.training.settings import TrainingSettings

_POSITIVE_WEIGHT = 3.0
_LABEL_LOSS = 3.0
_OPINION = 0.5
"""What a teacher's opinion counts beside a label."""
_SOFTNESS = 2.0


def untrained(pretrained: Path, settings: "TrainingSettings") -> Judge:
    """A judge whose heads know nothing yet, made from the seed."""
    random.seed(settings.seed)
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    return Judge(pretrained)


def fit(model: Judge, lessons: Sequence[Lesson], reader: CaseReader, settings: "TrainingSettings") -> None:
    """Fine-tune `model` on `lessons`.

    The same model, settings and lessons give the same weights on the same machine.
    """
    optimizer = _optimizer(model, settings)
    steps = settings.epochs * -(-len(lessons) // settings.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate(step, steps))
    noise = random.Random(settings.seed)
    for epoch in range(settings.epochs):
        model.train()
        rows = [reader.row(one.surface, one.history, disturbed(one.text, noise)) for one in lessons]
        total = 0.0
        for chosen in batches(rows, settings.batch, settings.seed + epoch):
            loss = _loss(model, [lessons[index] for index in chosen], [rows[index] for index in chosen])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(chosen)
        settings.tell(f"epoch {epoch + 1}/{settings.epochs}: loss {total / len(lessons):.3f}")
    model.eval()


def _optimizer(model: Judge, settings: "TrainingSettings") -> torch.optim.Optimizer:
    """Slow for what was pretrained and what goes into it, quick for the heads."""
    slow: list[Tensor] = []
    quick: list[Tensor] = []
    for name, value in model.named_parameters():
        (slow if name.startswith(("encoder.", "segments.")) else quick).append(value)
    return torch.optim.AdamW(
        [{"params": slow, "lr": settings.rate}, {"params": quick, "lr": settings.head_rate}],
        weight_decay=0.01,
        fused=True,
    )


def _loss(model: Judge, lessons: Sequence[Lesson], rows: Sequence[Row]) -> Tensor:
    """By the labels where they are known, by the teacher's opinion where there is one, by both where there are both."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        decisions, labels = model(*tensors(rows))
    masked = of_surface(decisions.float(), [lesson.surface for lesson in lessons])
    known = [index for index, lesson in enumerate(lessons) if lesson.labels is not None]
    told = [index for index, lesson in enumerate(lessons) if lesson.opinion is not None]
    by_label = _labelled(masked[known], labels.float()[known], [lessons[index] for index in known])
    by_opinion = _taught(masked[told], labels.float()[told], [lessons[index] for index in told])
    return (by_label * (1 - _OPINION * (len(told) > 0)) + by_opinion * _OPINION) if known else by_opinion


def _labelled(decisions: Tensor, labels: Tensor, lessons: Sequence[Lesson]) -> Tensor:
    if not lessons:
        return torch.zeros(())
    known = [lesson.labels or () for lesson in lessons]
    expected = torch.tensor(
        [OUTPUTS.index((one.surface, decide(one.surface, of))) for one, of in zip(lessons, known, strict=True)]
    )
    wanted = torch.tensor([[float(label in of) for label in LABEL_OUTPUTS] for of in known])
    by_decision = functional.cross_entropy(decisions, expected)
    by_label = functional.binary_cross_entropy_with_logits(labels, wanted, pos_weight=torch.tensor(_POSITIVE_WEIGHT))
    return by_decision + _LABEL_LOSS * by_label


def _taught(decisions: Tensor, labels: Tensor, lessons: Sequence[Lesson]) -> Tensor:
    """Distance from the teacher's softened probabilities (Hinton et al. 2015, arXiv 1503.02531)."""
    opinions = [lesson.opinion for lesson in lessons if lesson.opinion is not None]
    if not opinions:
        return torch.zeros(())
    surfaces = [lesson.surface for lesson in lessons]
    chances = (of_surface(_stacked([one.decisions for one in opinions]), surfaces) / _SOFTNESS).softmax(1)
    by_decision = functional.kl_div((decisions / _SOFTNESS).log_softmax(1), chances, reduction="batchmean")
    by_label = functional.binary_cross_entropy_with_logits(labels, _stacked([one.labels for one in opinions]).sigmoid())
    return _SOFTNESS**2 * by_decision + _LABEL_LOSS * by_label


def _stacked(rows: Sequence[Array]) -> Tensor:
    return torch.from_numpy(np.stack(rows))


def predict(model: Judge, rows: Sequence[Row]) -> tuple[Tensor, Tensor]:
    """Decision and label logits of each row, in float32; shapes (rows, decisions) and (rows, labels)."""
    decided, labelled = torch.zeros(len(rows), len(OUTPUTS)), torch.zeros(len(rows), len(LABEL_OUTPUTS))
    order = sorted(range(len(rows)), key=lambda index: len(rows[index][0]))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), 64):
            chosen = order[start : start + 64]
            decisions, labels = model(*tensors([rows[index] for index in chosen]))
            decided[chosen], labelled[chosen] = decisions.float(), labels.float()
    return decided, labelled


def tensors(rows: Sequence[Row]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, mask and segments, padded to the longest row."""
    longest = max(len(ids) for ids, _ in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask, segments = torch.zeros_like(ids), torch.zeros_like(ids)
    for index, (row, kinds) in enumerate(rows):
        ids[index, : len(row)] = torch.tensor(row)
        mask[index, : len(row)] = 1
        segments[index, : len(row)] = torch.tensor(kinds)
    return ids, mask, segments


def batches(rows: Sequence[Row], size: int, seed: int) -> Iterator[list[int]]:
    """Every index once, in batches of similar length, in random order."""
    shuffler = random.Random(seed)
    order = list(range(len(rows)))
    shuffler.shuffle(order)
    grouped: list[list[int]] = []
    for start in range(0, len(order), size * 16):
        near = sorted(order[start : start + size * 16], key=lambda index: len(rows[index][0]))
        grouped += [near[first : first + size] for first in range(0, len(near), size)]
    shuffler.shuffle(grouped)
    yield from grouped


def disturbed(text: str, noise: random.Random) -> str:
    """Now and then without capitals or punctuation, or with letters swapped, left out or doubled, as people type."""
    chance = noise.random()
    if chance < 0.08:
        return re.sub(r"[.,!?;:'\"]", "", text.lower())
    if chance < 0.16:
        return text.lower()
    return text if chance < 0.84 else _mistyped(text, noise)


def _mistyped(text: str, noise: random.Random) -> str:
    letters = list(text)
    for _ in range(max(1, len(letters) // 40)):
        place = noise.randrange(len(letters))
        if not letters[place].isalpha():
            continue
        slip = noise.choice(("swapped", "left out", "doubled"))
        if slip == "swapped" and place + 1 < len(letters):
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        else:
            letters[place] *= 2 if slip == "doubled" else 0
    return "".join(letters)
