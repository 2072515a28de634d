"""A trained network as an ONNX graph, written with the package `onnx` (extra `onnx`)."""
