"""The Lab: a training of the real engine, live in the browser, to see and to steer.

A server hands out one page and carries bytes; the engine is a process of its own beside it.
"""
