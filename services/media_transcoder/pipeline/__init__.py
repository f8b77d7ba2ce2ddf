"""The stages a film passes: plain Python, no Django, no network; the service and the command line both drive it."""
