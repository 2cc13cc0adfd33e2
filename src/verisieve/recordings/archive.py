"""A zip archive of JSON that may be hostile: members are inflated one at a time, and never more than a bounded size.

Nothing is written to disk, and names of members are never paths.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path
from types import TracebackType

from verisieve.errors import InputError, MissingExtraError
from verisieve.records import Json, Reason
from verisieve.rows import loads

MOST_OF_MEMBER = 64 << 20  # bytes when inflated
MOST_OF_ALL = 16 << 30
_ZSTANDARD = 93  # method of compression
_HEADER = struct.Struct("<26xHH")  # a member's own header: at its end the lengths of its name and its extra field
_BROKEN = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError)


class Archive:
    """An open archive; `names` are its members in the archive's order."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise InputError(Reason.BAD_ROW, f"the archive cannot be read: {error}") from error
        self._left = MOST_OF_ALL
        self._members = {info.filename: info for info in self._file.infolist()}
        packed = sum(info.compress_size for info in self._file.infolist())
        if packed > path.stat().st_size:
            self._file.close()
            raise InputError(Reason.BAD_ROW, "the archive's members overlap")
        self.names = tuple(self._members)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def load(self, name: str) -> dict[str, Json]:
        """Return the object that a member holds; raise InputError where it holds none or is too large."""
        info = self._members.get(name)
        if info is None:
            raise InputError(Reason.BAD_ROW, f"the archive has no {name}")
        if info.file_size > min(MOST_OF_MEMBER, self._left):
            raise InputError(
                Reason.BAD_ROW, f"{info.file_size:,} bytes when inflated; at most {MOST_OF_MEMBER:,} are read"
            )
        try:
            raw = self._zstandard(info) if info.compress_type == _ZSTANDARD else self._inflated(info)
        except _BROKEN as error:
            raise InputError(Reason.BAD_ROW, f"cannot be inflated: {error}") from error
        self._left -= len(raw)
        if len(raw) > MOST_OF_MEMBER:
            raise InputError(Reason.BAD_ROW, f"more than {MOST_OF_MEMBER:,} bytes when inflated")
        value = loads(raw)
        if not isinstance(value, dict):
            raise InputError(Reason.BAD_ROW, "not a JSON object")
        return value

    def _inflated(self, info: zipfile.ZipInfo) -> bytes:
        with self._file.open(info) as stream:
            return stream.read(MOST_OF_MEMBER + 1)

    def _zstandard(self, info: zipfile.ZipInfo) -> bytes:
        """Inflate what Inspect packs (seen in 0.3.285), and Python's zipfile cannot before 3.14."""
        try:
            import zstandard
        except ImportError as error:
            raise MissingExtraError("reading this log (packed with Zstandard)", "zstd") from error
        with Path(str(self._file.filename)).open("rb") as stream:
            stream.seek(info.header_offset)
            header = stream.read(_HEADER.size)
            if len(header) < _HEADER.size or not header.startswith(b"PK\x03\x04"):
                raise zipfile.BadZipFile("no header where its member should be")
            stream.seek(sum(_HEADER.unpack(header)[-2:]), 1)
            packed = io.BytesIO(stream.read(info.compress_size))
        try:
            raw = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True).read(MOST_OF_MEMBER + 1)
        except zstandard.ZstdError as error:
            raise zipfile.BadZipFile(str(error)) from error
        if zlib.crc32(raw) != info.CRC and len(raw) <= MOST_OF_MEMBER:
            raise zipfile.BadZipFile("its checksum is wrong")
        return raw
