"""A network as an Excel workbook with live formulas.

| file | what |
|---|---|
| `workbook.py` | `xlsx`: which sheets there are, and the file |
| `source.py` | what a workbook needs to know of an estimator |
| `neurons.py` | the same of single neurons and networks of gates |
| `formulas.py` | activations, their slopes, and losses as formulas |
| `cells.py` | references, styles, texts that stay texts, limits |
| `inputs.py` | the preparation of a table: each kind of column as cells and formulas |
| `layers.py` | the sheets of the weights |
| `answers.py` | from outputs to the user's units, labels and probabilities |
| `examples.py` | a row per example, from input to answer: predictions, truth table, curve |
| `training.py` | one step of gradient descent as formulas |
| `cover.py` | the first sheet, which says what all this is |
"""
