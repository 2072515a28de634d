"""Several ways to learn a table side by side, judged on rows that they did not see."""
