"""One patient at the bedside: who they are, whether they enter, what each arm gives."""
