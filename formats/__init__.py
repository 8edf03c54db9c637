"""What devices say: one file a payload family, decode and encode, nothing else."""
