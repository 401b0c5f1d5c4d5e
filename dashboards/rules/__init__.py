"""The rules there are: what each can match now, what it did, what it costs, and its text."""
