"""What the coach knows: articles, passages and their index, tactics, and crisis resources."""
