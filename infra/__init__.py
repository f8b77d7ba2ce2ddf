"""What runs, checks and ships the deployables."""
