"""Static files under hashed names, compressed once when they are collected."""

from typing import Any

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The highest level, 11, takes twenty times as long for a tenth less: half a minute at first start.
BROTLI_QUALITY = 9


class QuickCompressor(Compressor):
    """Whitenoise's compressor with a brotli level that a first start can wait for."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=BROTLI_QUALITY))


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """The storage of a collected site."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        return QuickCompressor(**kwargs)
