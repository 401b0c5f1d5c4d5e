"""From a packet, a line or a file to one flat ECS event in the event log."""
