"""What a training shows while it goes on: one stream of events, and who draws or keeps them."""
