"""A fit that Ctrl-C ends before, or after, training leaves its model as it was before."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

Method = TypeVar("Method", bound=Callable[..., Any])


def or_as_before(method: Method) -> Method:
    """Let a method of an estimator give it all of its attributes back when Ctrl-C ends the method.

    During training Ctrl-C raises nothing: the model is kept as it is. Elsewhere an estimator would
    be half of the last fit, and half of this one.

    >>> class Model:
    ...     n_iter_ = 3
    ...     @or_as_before
    ...     def fit(self, X):
    ...         self.n_iter_ = 0
    ...         raise KeyboardInterrupt
    >>> model = Model()
    >>> try:
    ...     model.fit([[1.0]])
    ... except KeyboardInterrupt:
    ...     model.n_iter_
    3
    """

    @wraps(method)
    def kept(self: Any, *arguments: Any, **words: Any) -> Any:
        before = dict(vars(self))
        try:
            return method(self, *arguments, **words)
        except KeyboardInterrupt:
            vars(self).clear()
            vars(self).update(before)
            raise

    return cast("Method", kept)
