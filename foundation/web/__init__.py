"""What every HTTP process needs: request ids, headers, problems, keys, health, log lines."""
