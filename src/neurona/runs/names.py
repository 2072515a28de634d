"""Names that settings speak of: registries, imported when one is looked up, and lists."""

OPTIMIZERS = "neurona.optimizers:OPTIMIZERS"
SOLVERS = "neurona.optimizers:SOLVERS"
ACTIVATIONS = "neurona.numerics.activations:ACTIVATIONS"
SCHEDULES = "neurona.numerics.schedules:SCHEDULES"
LOSSES = "neurona.numerics.losses:LOSSES"
WAYS = "neurona.estimators.tables.contest.ways:WAYS"
EFFORTS = "quick", "normal", "thorough"
"""What an effort may be."""
READING = (
    *("delimiter", "decimal", "thousands", "header", "skip_rows", "units_row", "comment"),
    *("encoding", "sheet", "bad_cells", "missing_marks", "max_cells"),
)
"""Settings of [data] that say how a file is written."""
