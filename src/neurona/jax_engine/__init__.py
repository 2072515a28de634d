"""An engine on JAX: the compiled engine's trainings on a GPU, or on a CPU through XLA."""

from neurona.jax_engine.engine import JaxEngine

__all__ = ["JaxEngine"]
