"""What runs behind ``./hub``: the embedded default, its demo content and its check."""
