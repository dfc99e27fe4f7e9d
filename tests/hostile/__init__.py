"""Files that nobody should send, kept as recipes, and what must become of them."""
