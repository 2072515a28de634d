"""A network as an Excel workbook with live formulas, written of an `export.source.Exportable`.

| file | what |
|---|---|
| `workbook.py` | `xlsx`: which sheets there are, and the file |
| `formulas.py` | activations, their slopes, and losses as formulas |
| `cells.py` | references, styles, texts that stay texts, limits |
| `inputs.py` | the preparation of a table: each kind of column as cells and formulas |
| `layers.py` | the sheets of the weights |
| `answers.py` | from outputs to the user's units, labels and probabilities |
| `places.py` | where answers find their cells |
| `reconstruction.py` | the same of an autoencoder: rows given back, errors, anomaly score |
| `examples.py` | a row per example, from input to answer: predictions, truth table, curve |
| `curve.py` | the chart over the curve |
| `training.py` | one step of gradient descent as formulas |
| `cover.py` | the first sheet, which says what all this is |
"""
