"""What readers see: subscribe, confirm, choose, leave. No cookie, no script, no third party."""
