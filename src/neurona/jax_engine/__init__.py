"""An engine on JAX: the compiled engine's trainings on a GPU, or on a CPU through XLA."""
