"""Exported weights, read back so that training can go on from them."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from evals.training.network import HIDDEN, Judge

Array = NDArray[np.float32]

_DENSE = ("attention.output.dense", "intermediate.dense", "output.dense")
_HEADS = ("attention", "decisions", "labels")


def load_exported(model: Judge, path: Path) -> None:
    """Give `model` the weights in an int8 ONNX file that `export` wrote; rounding to int8 is all that is lost."""
    graph = onnx.load(str(path)).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    products = [node.input[1].removesuffix("_quantized") for node in graph.node if node.op_type == "MatMulInteger"]
    state = model.state_dict()
    found = {name: _plain(stored, name) for name in state if name in stored or f"{name}_quantized" in stored}
    layers = (len(products) - len(_HEADS)) // len(_DENSE)
    for layer in range(layers):
        prefix = f"encoder.encoder.layer.{layer}"
        merged = _plain(stored, f"Attention_{layer}_qkv_weight")
        bias = stored[f"Attention_{layer}_qkv_bias"]
        for place, name in enumerate(("query", "key", "value")):
            part = slice(place * HIDDEN, (place + 1) * HIDDEN)
            found[f"{prefix}.attention.self.{name}.weight"] = merged[:, part].T
            found[f"{prefix}.attention.self.{name}.bias"] = bias[part]
        for name, product in zip(_DENSE, products[layer * len(_DENSE) :], strict=False):
            found[f"{prefix}.{name}.weight"] = _plain(stored, product).T
    for product in products[layers * len(_DENSE) :]:
        weight = _plain(stored, product).T
        head = next(name for name in _HEADS if state[f"{name}.weight"].shape == weight.shape)
        found[f"{head}.weight"] = weight
    model.load_state_dict({name: _tensor(found[name]) if name in found else value for name, value in state.items()})


def _plain(stored: dict[str, NDArray[Any]], name: str) -> Array:
    if f"{name}_quantized" not in stored:
        return stored[name].astype(np.float32)
    whole = stored[f"{name}_quantized"].astype(np.float32) - stored[f"{name}_zero_point"].astype(np.float32)
    return np.asarray(whole * stored[f"{name}_scale"], dtype=np.float32)


def _tensor(values: Array) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(values))
