"""Values as TOML: the few kinds that a config file of neurona has (tomllib only reads)."""

from __future__ import annotations

import json
from typing import Any


def toml_value(value: Any) -> str:
    """Return a bool, number, text or list as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)  # inf and nan are TOML's words, too
    if isinstance(value, str):
        # JSON's strings are TOML's, but for the control character that JSON lets pass
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    raise TypeError(f"TOML has no {type(value).__name__}")
