"""Who wants mail from us: lists, subscribers, their consent, and addresses that must never be mailed."""
