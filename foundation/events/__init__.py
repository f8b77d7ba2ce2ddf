"""What happened, told to others once it is true: outbox, inbox, signed webhooks (Standard Webhooks 1.0).

Import from its modules: ``actions`` (record, replay), ``endpoints`` (Endpoint), ``registry`` (receives), ``views``
(receive).
"""
