"""What is kept of a conversation, and where."""
