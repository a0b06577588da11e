"""One reader a kind of file: bytes become a document, or the reason is told why not."""
