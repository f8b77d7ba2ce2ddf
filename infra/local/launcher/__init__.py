"""One launcher for all processes of an instance: started in order, watched, restarted, stopped together."""
