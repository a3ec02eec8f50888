"""What alerts of one round have in common, read once: many ask the same, or wait since the same."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from attrs import Factory, define

T = TypeVar("T")


@define
class Shared:
    """Answers by their questions; at most `most` are held, to keep a long round small."""

    most: int
    _answers: dict[Hashable, Any] = Factory(dict)

    def once(self, question: Hashable, answer: Callable[[], T]) -> T:
        """The answer, worked out only if this question was not asked before."""
        if question not in self._answers:
            if len(self._answers) >= self.most:
                self._answers.clear()
            self._answers[question] = answer()
        kept: T = self._answers[question]
        return kept
