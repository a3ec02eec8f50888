"""Why a request about a run was not granted, in a form that becomes a 400 or a notice."""


class RunRefused(Exception):  # noqa: N818 - reads as the fact it states
    """A request that cannot be granted.

    Attributes:
        attr: the field of the request that stands in the way.
        code: a word for programs.
        detail: a sentence for people, with the remedy.
    """

    def __init__(self, attr: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.attr = attr
        self.code = code
        self.detail = detail
