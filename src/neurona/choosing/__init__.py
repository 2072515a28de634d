"""Choosing how to train: what to try, in which order, how long, and what mattered.

| module | what |
|---|---|
| `ladders` | what one choice may be: values in an order, words, shapes of hidden layers |
| `space` | families of methods and their choices, for a table of this size |
| `work` | about how many seconds of one core a candidate takes: operations, not a clock |
| `rounds` | the plan: what is tried next, by what came of the last; seeds decide, no clock |
| `journal` | an append-only file, from which a search that was killed goes on |
| `importance` | which choices mattered |

Nothing here trains: a candidate is settings by key, and who runs the plan says what its loss is.
"""
