"""A search as a run: candidates judged on rows held out, the best trained like any other run."""
