"""Full-batch methods: one file each."""
