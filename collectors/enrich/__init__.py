"""What an event gains beside what its line says; stateless, each step may be missing without stopping the event."""
