"""The network: an encoder that reads context and text, pools the text's telling words, and answers two heads."""

import math
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel

from service.guardrails.judgement import DECISIONS, LABEL_OUTPUTS, OUTPUTS

HIDDEN = 384
ATTENTION_HEADS = 4

_COLUMNS = {surface: [index for index, (of, _) in enumerate(OUTPUTS) if of == surface] for surface in DECISIONS}


class Judge(nn.Module):
    """Decision logits for every surface, and label logits.

    The text is pooled three ways: the first token, the mean, and four attention heads that learn to find the few
    words which decide in a long, mostly harmless text. An encoder that cannot tell segments apart is taught to.
    """

    def __init__(self, pretrained: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(pretrained)
        hidden = self.encoder.config.hidden_size
        width = hidden * (2 + ATTENTION_HEADS)
        self.segments = None if hasattr(self.encoder.config, "type_vocab_size") else nn.Embedding(2, hidden)
        if self.segments is not None:
            nn.init.zeros_(self.segments.weight)
        self.dropout = nn.Dropout(0.1)
        self.attention = nn.Linear(hidden, ATTENTION_HEADS)
        self.decisions = nn.Linear(width, len(OUTPUTS))
        self.labels = nn.Linear(width, len(LABEL_OUTPUTS))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Both heads' logits, shapes (batch, decisions) and (batch, labels)."""
        hidden = self._read(input_ids, attention_mask, token_type_ids).float()
        text = (token_type_ids * attention_mask).unsqueeze(-1).float()
        mean = (hidden * text).sum(1) / text.sum(1).clamp(min=1.0)
        weights = (self.attention(hidden) + (text - 1.0) * 1e4).softmax(dim=1)
        telling = torch.matmul(weights.transpose(1, 2), hidden).flatten(1)
        pooled = self.dropout(torch.cat([hidden[:, 0], mean, telling], dim=-1))
        return self.decisions(pooled), self.labels(pooled)

    def _read(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        if self.segments is None:
            read = self.encoder(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state
        else:
            words = self.encoder.get_input_embeddings()(input_ids) + self.segments(token_type_ids)
            read = self.encoder(inputs_embeds=words, attention_mask=attention_mask).last_hidden_state
        return torch.as_tensor(read)


def of_surface(decisions: Tensor, surfaces: Sequence[str]) -> Tensor:
    """Decision logits with those of other surfaces out of reach."""
    masked = torch.full_like(decisions, -1e4)
    for row, surface in enumerate(surfaces):
        columns = _COLUMNS[surface]
        masked[row, columns] = decisions[row, columns]
    return masked


def learning_rate(step: int, steps: int) -> float:
    """Share of the peak rate: a short climb, then half a cosine."""
    climb = max(1, int(0.06 * steps))
    if step < climb:
        return (step + 1) / climb
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (step - climb) / max(1, steps - climb)))
