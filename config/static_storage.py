"""Static files under hashed names, compressed once when they are collected."""

from typing import Any

import brotli  # type: ignore[import-untyped]
from whitenoise.compress import Compressor  # type: ignore[import-untyped]
from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)

# The highest level, 11, takes twenty times as long for a tenth less: half a minute at first start.
BROTLI_QUALITY = 9


class QuickCompressor(Compressor):
    """Whitenoise's compressor with a brotli level that a first start can wait for."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=BROTLI_QUALITY))


class HashedStorage(CompressedManifestStaticFilesStorage):
    """The storage of a collected site."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        return QuickCompressor(**kwargs)
