"""The sizing engine: pure Python and NumPy, no web framework, no database."""

ENGINE_VERSION = "0.1.0"
