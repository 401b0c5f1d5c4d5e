"""The eight security tiles: for leaders, and for whoever may read them."""
