"""How are the bytes of an object read, so that a broken connection costs nothing and a wrong byte is noticed?"""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from foundation.storage.blocks import Blocks
from foundation.storage.errors import ContentChanged, StoreUnavailable
from foundation.storage.s3_client import NameTaken, code_of, understood

_TRIES = 5
_MD5_TAG = re.compile(r"([0-9a-f]{32})(?:-(\d+))?")


class ObjectStream:
    """The bytes ``start`` to ``stop`` of an object; where the connection breaks it is opened again for the rest."""

    def __init__(self, client: Any, bucket: str, key: str, start: int, stop: int | None) -> None:
        self._client, self._bucket, self._key = client, bucket, key
        self._body: Any = None
        self.tag, self.is_encrypted = "", False
        self._at, self._stop = start, self._opened(start, stop)

    @property
    def size_bytes(self) -> int:
        """How many bytes are still to come."""
        return self._stop - self._at

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes; StoreUnavailable when nothing comes however often it is asked for."""
        for tries_left in reversed(range(_TRIES)):
            try:
                block: bytes = self._body.read(size) if self._body else b""
            except BotoCoreError as error:
                if not tries_left:
                    raise StoreUnavailable("The store broke off in the middle of a file. Try again.") from error
                self._resume()
            else:
                self._at += len(block)
                return block
        return b""

    def close(self) -> None:
        """Give the connection back."""
        if self._body:
            self._body.close()

    def _opened(self, start: int, stop: int | None) -> int:
        """Ask for the bytes and return where they end."""
        if stop is not None and stop <= start:
            with understood(self._key):
                self._client.head_object(Bucket=self._bucket, Key=self._key)
            return start
        try:
            answer = self._asked(_range(start, stop))
        except ClientError as error:
            if code_of(error) != "InvalidRange":
                raise
            return start  # the file ends before
        self.tag, self.is_encrypted = answer["ETag"].strip('"'), "kms" in answer.get("ServerSideEncryption", "")
        return start + int(answer["ContentLength"])

    def _asked(self, more: dict[str, str]) -> Any:
        answer = self._client.get_object(Bucket=self._bucket, Key=self._key, **more)
        self._body = answer["Body"]
        return answer

    def _resume(self) -> None:
        self.close()
        try:
            with understood(self._key):
                self._asked({"IfMatch": f'"{self.tag}"', **_range(self._at, self._stop)})
        except NameTaken as error:
            raise ContentChanged(f"{self._key} was replaced while it was read. Try again.") from error


class Tagger:
    """Makes the tag an object of these bytes has: their MD5, or that of the MD5s of its parts of ``part_bytes``."""

    def __init__(self, part_bytes: int | None) -> None:
        self._part_bytes = self._room = part_bytes or 0
        self._whole, self._parts = _md5(), list[bytes]()

    def update(self, block: bytes) -> None:
        """Take the next bytes into account."""
        while self._part_bytes and len(block) >= self._room:
            self._whole.update(block[: self._room])
            block, self._room = block[self._room :], self._part_bytes
            self._parts.append(self._whole.digest())
            self._whole = _md5()
        self._whole.update(block)
        self._room -= len(block)

    def tag(self) -> str:
        """Return the tag without quotes."""
        if not self._part_bytes:
            return self._whole.hexdigest()
        parts = self._parts if self._room == self._part_bytes else [*self._parts, self._whole.digest()]
        return f"{_md5(b''.join(parts)).hexdigest()}-{len(parts)}"


def fetch(client: Any, bucket: str, key: str, write: Callable[[bytes], object]) -> None:
    """Hand the whole object to ``write``; ContentChanged if that isn't what was stored.

    Its tag is compared where it is made of MD5s (not with keys of a customer) and parts are of equal size but the last,
    as all our writers make them; else its length alone.
    """
    with understood(key):
        stream = ObjectStream(client, bucket, key, 0, None)
        part_bytes = _part_bytes(client, bucket, key, stream)
    size_bytes, tagger = stream.size_bytes, Tagger(part_bytes)
    with Blocks(stream, size_bytes) as blocks:
        for block in blocks:
            write(block)
            tagger.update(block)
    is_comparable = part_bytes is not None and not stream.is_encrypted
    if stream.size_bytes or (is_comparable and stream.tag != tagger.tag()):
        raise ContentChanged(
            f"{key} did not arrive as it was stored. Try again; if that doesn't help, check the store."
        )


def _part_bytes(client: Any, bucket: str, key: str, stream: "ObjectStream") -> int | None:
    """Return of parts of which size the tag is made: 0 for a whole object, None if nobody can tell."""
    match = _MD5_TAG.fullmatch(stream.tag)
    if not match or not match[2]:
        return 0 if match else None
    first = int(client.head_object(Bucket=bucket, Key=key, PartNumber=1)["ContentLength"])
    return first if first and -(-stream.size_bytes // first) == int(match[2]) else None


def _md5(data: bytes = b"") -> "hashlib._Hash":
    return hashlib.md5(data, usedforsecurity=False)


def _range(start: int, stop: int | None) -> dict[str, str]:
    if not start and stop is None:
        return {}
    return {"Range": f"bytes={start}-{'' if stop is None else stop - 1}"}
