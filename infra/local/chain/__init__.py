"""The whole chain, walked through the public doors only: what staff, partners and readers do, and nothing else."""
