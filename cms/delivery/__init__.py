"""The partner API: reads releases and nothing else."""
