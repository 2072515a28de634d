"""Runs: what the command line does, without a command line.

| name | what it is |
|---|---|
| Settings | what can be set, where each value came from (`SETTINGS` lists it) |
| Run | one training: data, network, scores, and a folder with all of it |
| Interrupts | Ctrl-C asks a run to stop, twice ends the process |
| Code, Failure, as_failure | what a run came to; a sentence for every failure |
| open_model, predict, evaluate | a saved model used on tables |
| diagnose_run | what is wrong with a run's training |
| plot_run, report_run | a run's charts, and the report on it, as files |
| describe_model, describe_table | what a model, or a table, is, as plain data |
| read_events, read_history | the whole lines of a run's logs, and which are damaged |

Nothing here prints, and nothing numerical is imported before a name needs it.
"""

from neurona.on_demand import on_demand

_HOME = {
    "Code": "neurona.runs.failures",
    "Failure": "neurona.runs.failures",
    "Interrupts": "neurona.runs.interrupts",
    "Run": "neurona.runs.run",
    "SETTINGS": "neurona.runs.setting",
    "Settings": "neurona.runs.settings",
    "as_failure": "neurona.runs.failures",
    "describe_model": "neurona.runs.model_description",
    "describe_table": "neurona.runs.table_description",
    "diagnose_run": "neurona.runs.diagnosis",
    "evaluate": "neurona.runs.evaluation",
    "open_model": "neurona.runs.model",
    "plot_run": "neurona.runs.pictures",
    "predict": "neurona.runs.prediction",
    "read_events": "neurona.progress.log",
    "read_history": "neurona.runs.history_csv",
    "report_run": "neurona.runs.reporting",
}

__all__ = [
    "SETTINGS",
    "Code",
    "Failure",
    "Interrupts",
    "Run",
    "Settings",
    "as_failure",
    "describe_model",
    "describe_table",
    "diagnose_run",
    "evaluate",
    "open_model",
    "plot_run",
    "predict",
    "read_events",
    "read_history",
    "report_run",
]


__getattr__ = on_demand(__name__, _HOME)
