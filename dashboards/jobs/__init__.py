"""Jobs over many alerts as their owner sees them: how far they are, what failed, and their undo."""
