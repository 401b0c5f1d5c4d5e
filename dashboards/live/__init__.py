"""Live updates: one poller of the state a process, named events with ids alone to every open page."""
