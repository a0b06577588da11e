"""The offline evaluation suite, and the training of what it evaluates."""
