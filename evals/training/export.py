"""From trained weights to the file that serves: fused, int8, one core."""

from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from torch import nn

from evals.training.network import HIDDEN, Judge

_ATTENTION_HEADS_OF_MINILM = 12
_FLOAT = 1
"""onnx.TensorProto.FLOAT: the type of weights inside fused nodes, which shape inference does not tell."""


def export(model: Judge, path: Path) -> None:
    """Write the judge to `path` as int8 ONNX with dynamic lengths."""
    _export(model, ("decisions", "labels"), path)


def export_encoder(model: nn.Module, path: Path) -> None:
    """Write a pooled encoder (its transformer as `encoder`) to `path` as int8 ONNX with dynamic lengths."""
    _export(model, ("vectors",), path)


def export_sides(model: nn.Module, path: Path) -> None:
    """Write the reader of sides (its transformer as `encoder`) to `path` as int8 ONNX with dynamic lengths."""
    _export(model, ("sides",), path)


def _export(model: nn.Module, outputs: tuple[str, ...], path: Path) -> None:
    with TemporaryDirectory() as folder:
        plain, fused = Path(folder) / "plain.onnx", Path(folder) / "fused.onnx"
        _trace(model, outputs, plain)
        graph = optimizer.optimize_model(
            str(plain), model_type="bert", num_heads=_ATTENTION_HEADS_OF_MINILM, hidden_size=HIDDEN, opt_level=0
        )
        graph.save_model_to_file(str(fused))
        path.parent.mkdir(parents=True, exist_ok=True)
        quantize_dynamic(
            str(fused),
            str(path),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Attention", "Gather", "EmbedLayerNormalization"],
            extra_options={"DefaultTensorType": _FLOAT},
        )


def _trace(model: nn.Module, outputs: tuple[str, ...], path: Path) -> None:
    # The optimizer recognises and fuses attention only as it is written out.
    model.encoder.set_attn_implementation("eager")
    ids = torch.ones(1, 16, dtype=torch.long)
    segments = torch.tensor([[0] * 6 + [1] * 10])
    names = ("input_ids", "attention_mask", "token_type_ids")
    torch.onnx.export(
        model.eval(),
        (ids, torch.ones_like(ids), segments),
        str(path),
        input_names=list(names),
        output_names=list(outputs),
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names},
        opset_version=17,
        dynamo=False,
    )
