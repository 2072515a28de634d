"""Tests of the engine over a Dask cluster."""
