"""Settings as a command line, and as code: what somebody types to train the same again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any

from neurona import value_text
from neurona.runs.setting import SETTINGS

NOT_TOLD = ("run.out", "run.checkpoint_every", "run.tensorboard")
"""Settings of where a run is written to; what is trained does not depend on them."""


def flag_of(key: str, value: Any) -> list[str]:
    """Return the words that give a setting a value on a command line.

    >>> flag_of("training.rate", 0.01), flag_of("model.hidden", [8, 4])
    (['--rate', '0.01'], ['--hidden', '8,4'])
    >>> flag_of("data.header", False), flag_of("training.alpha", 0.1)
    (['--no-header'], ['--set', 'training.alpha=0.1'])
    """
    setting = SETTINGS[key]
    if setting.negation:
        return [setting.option if value else setting.negation]
    if setting.several and setting.flag:
        return [word for one in value for word in (setting.option, str(one))]
    text = value_text.write(value) if is_dataclass(value) else str(value)
    if isinstance(value, list | tuple):
        text = ",".join(map(str, value)) or "none"
    if isinstance(value, bool):
        text = text.lower()
    if setting.flag:
        return [setting.option, text]
    return ["--set", f"{key}={text}"]


def as_command(values: Mapping[str, Any], out: str) -> str:
    """Return the command that trains with settings, given are those that are not the default."""
    words = ["neurona", "train", str(values["data.source"])]
    for key, value in values.items():
        if key != "data.source" and key not in NOT_TOLD:
            words += flag_of(key, value)
    return shlex.join([*words, "--out", out])


def as_code(values: Mapping[str, Any], out: str) -> str:
    """Return the code that trains with settings, given are those that are not the default."""
    told = {key: value for key, value in values.items() if key not in NOT_TOLD}
    lines = [f"        {key!r}: {_literal(value)}," for key, value in told.items()]
    return "\n".join(
        [
            "from neurona.runs import Run, Settings",
            "",
            "settings = Settings.of(",
            "    {",
            *lines,
            f"        'run.out': {out!r},",
            "    }",
            ")",
            "with Run(settings) as run:",
            "    run.train()",
            "model = run.model",
        ]
    )


def _literal(value: Any) -> str:
    if is_dataclass(value):
        return repr(value_text.write(value))
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return f"float({str(value)!r})"
    return repr(list(value) if isinstance(value, tuple) else value)
