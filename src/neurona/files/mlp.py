"""MLPRegressor and MLPClassifier as a document and arrays, and back.

The constructor's parameters are kept, callbacks excepted: they are the training's, and code. A
subclass is not kept as what it is not. The learned part is in `fitted.py`.
"""

from __future__ import annotations

from typing import Any

from neurona.estimators.mlp.base import BaseMLP
from neurona.estimators.mlp.classifier import MLPClassifier
from neurona.estimators.mlp.fitted import fitted, is_fitted, restore
from neurona.estimators.parameters import check_parameters
from neurona.files.fields import Array, Arrays
from neurona.files.fitted import decode_fitted, encode_fitted
from neurona.files.parameters import decode_parameters, encode_parameters


def encode_mlp(model: BaseMLP, arrays: dict[str, Array], prefix: str = "") -> dict[str, Any]:
    """Return a model's document and add its arrays; TypeError if a parameter cannot be kept."""
    check_parameters(model)
    learned = encode_fitted(fitted(model), arrays, prefix) if is_fitted(model) else None
    return {"parameters": encode_parameters(model), "fitted": learned}


def decode_mlp(cls: type[BaseMLP], document: Any, arrays: Arrays, prefix: str = "") -> BaseMLP:
    """Return the model of class `cls` that `encode_mlp` described."""
    model: BaseMLP = decode_parameters(cls, document)
    state = decode_fitted(document, arrays, prefix, isinstance(model, MLPClassifier))
    if state is not None:
        restore(model, state)
    return model
