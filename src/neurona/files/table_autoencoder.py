"""TableAutoencoder as a document and arrays, and back: what it knows of the table, and its network.

Of the split only the words are kept, as for the other table estimators.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.preparation import Preparation
from neurona.data.split import Split
from neurona.errors import FormatError
from neurona.estimators.mlp.autoencoder import Autoencoder
from neurona.estimators.tables.autoencoder import TableAutoencoder, column_starts
from neurona.files import plain
from neurona.files.autoencoder import (
    decode_autoencoder,
    encode_autoencoder,
    put_reference,
    take_reference,
)
from neurona.files.fields import Array, Arrays, entry
from neurona.files.fitted_table import NETWORK, report_of, texts_of
from neurona.files.parameters import decode_parameters, encode_parameters
from neurona.files.tables import plain_report


def encode_table_autoencoder(
    model: TableAutoencoder, arrays: dict[str, Array], prefix: str = ""
) -> dict[str, Any]:
    """Return a model's document and add its arrays; TypeError if a parameter cannot be kept."""
    learned = None
    if hasattr(model, "network_"):
        learned = {
            "network": encode_autoencoder(model.network_, arrays, prefix + NETWORK),
            "limit": put_reference(arrays, prefix, model.reference_),
            "preparation": model.preparation_.to_state(),
            "columns": [
                [plain.encode(value, "A column's report") for value in plain_report(report)]
                for report in model.columns_
            ],
            "named": hasattr(model, "feature_names_in_"),
            "notes": list(model.notes_),
            "split": str(model.split_.how),
        }
    return {"parameters": encode_parameters(model), "fitted": learned}


def decode_table_autoencoder(
    cls: type[TableAutoencoder], document: Any, arrays: Arrays, prefix: str = ""
) -> TableAutoencoder:
    """Return the model of class `cls` that `encode_table_autoencoder` described."""
    model: TableAutoencoder = decode_parameters(cls, document)
    if "fitted" not in document:
        raise FormatError("the document has no 'fitted'")
    if document["fitted"] is not None:
        _decode_learned(model, entry(document, "fitted", dict), arrays, prefix)
    return model


def _decode_learned(
    model: TableAutoencoder, document: dict[str, Any], arrays: Arrays, prefix: str
) -> None:
    inside = entry(document, "network", dict)
    network = decode_autoencoder(Autoencoder, inside, arrays, prefix + NETWORK)
    if not hasattr(network, "coefs_"):
        raise FormatError("the network inside is not fitted")
    model.network_ = network
    try:
        model.preparation_ = Preparation.from_state(entry(document, "preparation", dict))
    except FormatError:
        raise
    except ValueError as error:
        raise FormatError(str(error)) from None
    if len(model.preparation_.features) != network.n_features_in_:
        raise FormatError("the prepared columns do not fit the network")
    model.reference_ = take_reference(document, arrays, prefix, column_starts(model.preparation_))
    model.columns_ = [report_of(one) for one in entry(document, "columns", list)]
    names = list(model.preparation_.names)
    model.n_features_in_ = len(names)
    if entry(document, "named", bool):
        model.feature_names_in_ = np.array(names, object)
    model.target_names_, model.left_out_ = [], []
    model.notes_ = texts_of(document, "notes")
    nothing = np.zeros(0, np.intp)
    model.split_ = Split(nothing, nothing, entry(document, "split", str))
