"""The engine's process: what is trained, its time, its edits, and what is painted of it."""
