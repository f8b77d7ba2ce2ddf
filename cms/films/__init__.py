"""Films: masters uploaded in pieces, what the transcoder makes of them, and their captions."""
