"""`python -m config.stack`: broker, workers and web server under one supervisor."""

import sys

# Stands before every other import, so that an old Python gives this line and no traceback.
if sys.version_info < (3, 11):  # noqa: UP036 - what it is for
    sys.exit(
        "Ridgeline needs Python 3.11 or newer; this is "
        + ".".join(str(part) for part in sys.version_info[:3])
        + "."
    )

if __name__ == "__main__":
    from config.stack.run import main

    sys.exit(main())
