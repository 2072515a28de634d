"""How neurona compiles: the only package that knows Numba's internals (see README.md)."""
