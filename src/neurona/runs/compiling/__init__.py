"""Compiling before it is waited for: the parts of a training, told one by one and counted.

| file | what it does |
|---|---|
| `parts.py` | names what a training uses that is compiled by itself |
| `before_training.py` | compiles what is not there for the fits to come, and says so |
| `second_process.py` | has another process compile what takes longest meanwhile |
| `kernels_of_training.py` | is that process |
| `everything.py` | compiles all there is, for `neurona warm` |
| `tiny_trainings.py` | makes the trainings that have it compiled |
"""
