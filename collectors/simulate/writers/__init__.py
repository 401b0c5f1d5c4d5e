"""One file a source: from what happened to the line that the device would send."""
