"""What runs inside our containers beside the deployables: their preparation, and the question whether they are well."""
