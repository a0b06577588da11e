"""One turn, as a graph."""
