"""What pytest does not run in this folder by itself."""

# it saves pictures: tests/test_tour.py runs it in a folder of its own
collect_ignore = ["tour.md"]
