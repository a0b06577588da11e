"""Readers of files, kind by kind."""
