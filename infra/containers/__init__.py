"""What ``./hub containers`` and ``./hub secrets`` do: make the secrets, bring the whole file up, check it, end it."""
