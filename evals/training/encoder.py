"""Train the encoder that finds passages: `python -m evals.training.encoder [--epochs N] [--keep SHARE] [--out FOLDER]`.

MiniLM learns from `knowledge/questions` to put a person's story beside the passage, and the sentence, that answers it
(contrastive loss over the batch, which gathers neighbours: the other answers are wrong but near), and to keep away from
all of them what no article answers. The result is averaged with the weights it began from (WiSE-FT, Wortsman et al.
2022), which keeps what MiniLM knew of texts unlike ours.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from evals.training.export import export_encoder
from evals.training.network import learning_rate
from evals.training.pretrained import pretrained
from knowledge.encoder import minilm_tokenizer
from knowledge.questions import Answered, answered_questions, unanswered_questions

_WEIGHTS = Path(__file__).resolve().parents[2] / "knowledge" / "weights"
_QUESTION_TOKENS = 96
_ANSWER_TOKENS = 160
_TEMPERATURE = 0.05
_BACKWARD = 0.3
_APART = 0.5
_BEYOND = 8
_HARDEST = 4
_TOGETHER = 8


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """One run."""

    epochs: int = 3
    batch: int = 40
    rate: float = 5e-5
    seed: int = 1
    threads: int = 2


class Encoder(nn.Module):
    """MiniLM with mean pooling, and a scale and bias that turn a cosine into the chance of an answer."""

    def __init__(self, weights: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(weights, attn_implementation="sdpa")
        self.scale = nn.Parameter(torch.tensor(12.0))
        self.bias = nn.Parameter(torch.tensor(-6.0))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Unit vectors; shape (batch, 384)."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state.float()
        mask = attention_mask.unsqueeze(-1).float()
        return functional.normalize((hidden * mask).sum(1) / mask.sum(1).clamp(min=1.0), dim=-1)


def fit(model: Encoder, answered: Sequence[Answered], beyond: Sequence[str], settings: EncoderSettings) -> None:
    """Train in place; the same settings and questions give the same weights on the same machine."""
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    chance, tokenizer = random.Random(settings.seed), minilm_tokenizer()
    own = [model.scale, model.bias]
    optimizer = torch.optim.AdamW(
        [{"params": model.encoder.parameters(), "lr": settings.rate}, {"params": own, "lr": 1e-2}], weight_decay=0.01
    )
    steps = settings.epochs * (len(answered) // settings.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate(step, steps))
    for epoch in range(settings.epochs):
        began, total, count = time.monotonic(), 0.0, 0
        for rows in _batches(answered, settings.batch, chance):
            loss = _loss(model, tokenizer, rows, chance.sample(list(beyond), _BEYOND), chance)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total, count = total + loss.item(), count + 1
        _tell(f"epoch {epoch + 1}/{settings.epochs}: loss {total / count:.3f}, {time.monotonic() - began:.0f} s")


def _loss(
    model: Encoder, tokenizer: Tokenizer, rows: Sequence[Answered], beyond: Sequence[str], chance: random.Random
) -> Tensor:
    answers = [row.passage if chance.random() < 0.75 else row.sentence for row in rows]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        asked = model(*tensors(tokenizer, [*(row.query for row in rows), *beyond], _QUESTION_TOKENS))
        told = model(*tensors(tokenizer, answers, _ANSWER_TOKENS))
    near = asked @ told.T
    count = len(rows)
    also = torch.tensor([[one.key == other.key for other in rows] for one in rows]) & ~torch.eye(
        count, dtype=torch.bool
    )
    among = near[:count].masked_fill(also, -9.0) / _TEMPERATURE
    truth = torch.arange(count)
    right = functional.cross_entropy(among, truth) + _BACKWARD * functional.cross_entropy(among.T, truth)
    odds = model.scale * near + model.bias
    answerable = functional.binary_cross_entropy_with_logits(odds[:count].diagonal(), torch.ones(count))
    hardest = odds[count:].topk(_HARDEST, dim=1).values.flatten()
    return right + _APART * (
        answerable + functional.binary_cross_entropy_with_logits(hardest, torch.zeros_like(hardest))
    )


def _batches(answered: Sequence[Answered], size: int, chance: random.Random) -> Iterator[list[Answered]]:
    """Every question about once; each batch holds handfuls of neighbours."""
    order = list(range(len(answered)))
    chance.shuffle(order)
    themes: dict[str, list[int]] = {}
    for index in order:
        themes.setdefault(answered[index].theme, []).append(index)
    handfuls = [
        theme[start : start + _TOGETHER] for theme in themes.values() for start in range(0, len(theme), _TOGETHER)
    ]
    chance.shuffle(handfuls)
    flat = [index for handful in handfuls for index in handful]
    for start in range(0, len(flat) - size + 1, size):
        yield [answered[index] for index in flat[start : start + size]]


def tensors(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, attention mask and segments of a batch of texts, cut to `longest` tokens."""
    tokenizer.enable_truncation(longest)
    tokenizer.enable_padding()
    encoded = tokenizer.encode_batch(list(texts))
    ids = torch.tensor([row.ids for row in encoded])
    return ids, torch.tensor([row.attention_mask for row in encoded]), torch.zeros_like(ids)


def averaged(before: Mapping[str, Tensor], after: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """Weights between two sets: `share` of the second."""
    return {
        name: value * (1 - share) + after[name] * share if value.is_floating_point() else value
        for name, value in before.items()
    }


def main() -> None:
    """Train, average, export."""
    defaults = EncoderSettings()
    parser = argparse.ArgumentParser(prog="python -m evals.training.encoder", description=__doc__)
    parser.add_argument("--epochs", type=int, default=defaults.epochs)
    parser.add_argument("--threads", type=int, default=defaults.threads)
    parser.add_argument("--rate", type=float, default=defaults.rate)
    parser.add_argument("--keep", type=float, default=1.0, help="share of the new weights in the average")
    parser.add_argument("--out", type=Path, default=_WEIGHTS)
    arguments = parser.parse_args()
    model, answered, beyond = Encoder(pretrained()), answered_questions(), unanswered_questions()
    before = {name: value.clone() for name, value in model.encoder.state_dict().items()}
    _tell(f"{len(answered)} questions with an answer, {len(beyond)} without")
    settings = EncoderSettings(epochs=arguments.epochs, rate=arguments.rate, threads=arguments.threads)
    fit(model, answered, beyond, settings)
    model.encoder.load_state_dict(averaged(before, model.encoder.state_dict(), arguments.keep))
    export_encoder(model, arguments.out / "encoder.onnx")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
