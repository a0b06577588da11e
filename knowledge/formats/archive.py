"""Zip archives that may be hostile: nothing is unpacked before its size is known to be bearable."""

import io
import zipfile
import zlib

from knowledge.formats.document import MAX_BYTES, Unreadable

MAX_UNPACKED = 5 * MAX_BYTES
MAX_RATIO = 200
"""Text shrinks to a tenth when it is packed; what shrinks to a two-hundredth is a bomb."""
MAX_FILES = 5000
_FROM_SIZE = 1024 * 1024


class Archive:
    """The files in a zip, read one by one."""

    def __init__(self, data: bytes) -> None:
        """Open a zip and look at what it says of itself.

        Raises:
            Unreadable: it is damaged, encrypted, or larger than can be read.
        """
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise Unreadable("damaged: it is not the archive that its suffix says") from error
        entries = self._zip.infolist()
        size = sum(entry.file_size for entry in entries)
        if len(entries) > MAX_FILES or size > MAX_UNPACKED or (size > _FROM_SIZE and size > MAX_RATIO * len(data)):
            raise Unreadable(
                f"a zip bomb or too large: {len(entries)} files, {size / 2**20:.0f} MB from {len(data) / 2**10:.0f} KB "
                f"(the limits are {MAX_FILES} files, {MAX_UNPACKED // 2**20} MB, {MAX_RATIO} times the packed size). "
                "Export the article alone."
            )
        if any(entry.flag_bits & 1 for entry in entries):
            raise Unreadable("encrypted: save it without a password")
        self.names = tuple(entry.filename for entry in entries)

    def read(self, name: str) -> bytes:
        """One file, no longer than the archive said.

        Raises:
            Unreadable: it is not there or damaged.
        """
        try:
            with self._zip.open(name) as file:
                return file.read(self._zip.getinfo(name).file_size)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise Unreadable(f"damaged: {name} cannot be read from it") from error
