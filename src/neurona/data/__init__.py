"""Tables: reading files, what their columns are, and how they become numbers.

`read.read_table` -> `table.Table` -> `columns.find_columns` -> `preparation.Preparation` (inputs),
`targets` (targets), `split` (rows to validate on). Nothing here knows a network.
"""
