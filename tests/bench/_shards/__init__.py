"""What the bench of shards consists of: the campaign with its workers, and what processors were spent on it."""
