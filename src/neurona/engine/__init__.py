"""Kernels over a network: one mini-batch, one epoch, one prediction (see README.md)."""
