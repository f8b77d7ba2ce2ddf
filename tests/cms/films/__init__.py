"""What films do, over their real doors."""
