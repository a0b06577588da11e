"""Judges what the person writes, what a model drafts, and what the person means to send."""
