"""What neurona computes: pure functions of arrays and numbers."""
