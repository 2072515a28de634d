"""Observers: callbacks that hand on what a training says, to a tracker, a file, or a search.

Log          calls a function with every record: MLflow, W&B, trackio, print, a list
TensorBoard  writes TensorBoard's files
Prune        lets an Optuna trial end a training that comes to nothing
Limit        ends a training after so many seconds or epochs, or when it is good enough

They see a `Training` and its records only; what needs a library of its own imports it when it is
made.
"""
