"""How to make a model again: the code, and what must be the same for it to have the same bits."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import is_dataclass
from inspect import signature
from itertools import takewhile
from typing import Any, NamedTuple

import numpy as np

import neurona
from neurona import value_text
from neurona.errors import NeuronaError
from neurona.insight.exhibit import Exhibit
from neurona.reports.page.document import Block, Code, Facts, Text
from neurona.reports.subject import learner_of

LEFT_OUT = ("callbacks", "verbose", "n_jobs")
"""Parameters that do not change what is learned."""


class Again(NamedTuple):
    """A command, a config file and code, each of which makes the model again; nothing if there is
    none such. `remarks` are what must hold for it, `facts` what else is known.
    """

    command: str = ""
    config: str = ""
    code: str = ""
    remarks: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


def again_of(exhibit: Exhibit, fit: str) -> Again:
    """Return the code that makes a model again that Python fitted; `fit` are the arguments."""
    model = exhibit.model
    name, imports = type(model).__name__, {_imported(type(model))}
    given, remarks = _parameters(model, imports)
    head = "\n".join(sorted(imports))
    arguments = ", ".join(given)
    made = f"model = {name}({arguments})"
    if len(made) > 88:
        made = f"model = {name}(\n" + "".join(f"    {one},\n" for one in given) + ")"
    code = f"{head}\n\n{made}\nmodel.fit({fit})"
    if getattr(model, "random_state", None) is None:
        remarks.append("No random_state was given: another training comes out differently.")
    facts = [("fingerprint of the weights", weights_print(model))]
    return Again(code=code, remarks=tuple(remarks), facts=tuple(f for f in facts if f[1]))


def blocks_of(again: Again) -> list[Block]:
    """Return the section's blocks."""
    found: list[Block] = []
    if again.command:
        found += [Text("At a command line:"), Code(again.command, "sh")]
    if again.code:
        found += [Text("In Python:"), Code(again.code, "python")]
    if again.config:
        found += [Text("Or with these settings, as a file (--config FILE):"),
                  Code(again.config, "toml")]  # fmt: skip
    found += [Text(text, small=True) for text in again.remarks]
    versions = f"neurona {neurona.__version__}, NumPy {np.__version__}"
    return [*found, Facts([*again.facts, ("made with", versions)])]


def weights_print(model: Any) -> str:
    """Return sixteen digits that tell weights apart: those of the network that predicts, of an
    average all of them; nothing if there are none.

    >>> from neurona import MLPRegressor
    >>> model = MLPRegressor(solver="lbfgs", random_state=0).fit([[0.0], [1.0]], [0.0, 1.0])
    >>> len(weights_print(model)), weights_print(model) == weights_print(model)
    (16, True)
    """
    model = learner_of(model)
    inside = getattr(model, "network_", model)
    arrays: list[Any] = []
    if hasattr(inside, "coefs_"):
        learned = inside.learned() if hasattr(inside, "learned") else None
        arrays = [*inside.coefs_, *inside.intercepts_]
        if learned is not None and learned.members:
            arrays = [member.weights for member in learned.members]
    elif hasattr(inside, "coef_"):
        coef = inside.coef_
        arrays = [coef.toarray() if hasattr(coef, "toarray") else coef, inside.intercept_]
    if not arrays:
        return ""
    digest = hashlib.blake2b(digest_size=8)
    for one in arrays:
        digest.update(np.ascontiguousarray(one).tobytes())
    return digest.hexdigest()


def _imported(cls: type) -> str:
    """Return the line that imports a class from where people do."""
    parts = cls.__module__.split(".")
    public = "neurona" if parts[0] == "neurona" else ".".join(takewhile(_is_public, parts))
    known = getattr(sys.modules.get(public), cls.__name__, None) is cls
    return f"from {public if known else cls.__module__} import {cls.__name__}"


def _is_public(name: str) -> bool:
    return not name.startswith("_")


def _parameters(model: Any, imports: set[str]) -> tuple[list[str], list[str]]:
    """Return the parameters that are not the default, as code that needs some `imports`, and what
    code cannot say.
    """
    default = {name: one.default for name, one in signature(type(model)).parameters.items()}
    said, remarks = [], []
    for name, value in model.get_params(deep=False).items():
        if name in LEFT_OUT or repr(value) == repr(default.get(name)):
            continue
        text = _literal(value, imports)
        if text is None:
            remarks.append(f"{name} was {value!r}, which code cannot say in a line; set it.")
        else:
            said.append(f"{name}={text}")
    return said, remarks


def _literal(value: Any, imports: set[str]) -> str | None:
    """Return a value as code that needs some `imports`, None if there is none in a line."""
    if hasattr(value, "get_params") and not isinstance(value, type):
        given, lost = _parameters(value, imports)
        imports.add(_imported(type(value)))
        return None if lost else f"{type(value).__name__}({', '.join(given)})"
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, type):
        return None
    if is_dataclass(value):
        try:
            return repr(value_text.write(value))
        except (ValueError, NeuronaError):
            return None
    if isinstance(value, list | tuple):
        parts = [_literal(one, imports) for one in value]
        known = [one for one in parts if one is not None]
        if len(known) < len(parts):
            return None
        inner = ", ".join(known)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(known) == 1 else f"({inner})"
    if isinstance(value, dict):
        pairs = [(_literal(k, imports), _literal(v, imports)) for k, v in value.items()]
        if any(k is None or v is None for k, v in pairs):
            return None
        return "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}"
    if value is None or isinstance(value, bool | int | str):
        return repr(str(value)) if isinstance(value, str) else repr(value)
    if isinstance(value, float):
        return repr(value) if np.isfinite(value) else f"float({str(value)!r})"
    return None
