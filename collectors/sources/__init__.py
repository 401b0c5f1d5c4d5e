"""Where records come from: sockets, files, captures. Sources cut and store; they never judge a body."""
