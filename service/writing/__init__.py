"""Those who draft a reply: the composer, and any model behind LiteLLM."""
