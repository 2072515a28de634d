"""Activations by name, as somebody who only looks may call them."""

from __future__ import annotations

from neurona.nearest import same_elsewhere
from neurona.numerics.activations import ACTIVATIONS, Activation


def activation_named(given: str | Activation) -> Activation:
    """Return an activation by its name here or in another tool: a drawing shows what it is called.

    Where something is trained by it, the other tool's word is only offered.
    """
    own = given in ACTIVATIONS if isinstance(given, str) else True
    word = given if own else same_elsewhere(given, ACTIVATIONS, ACTIVATIONS.elsewhere) or given
    found: Activation = ACTIVATIONS.find(word)
    return found
