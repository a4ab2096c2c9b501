"""From the sentences of a document to claims: who did what to whom, when, how many, who says so."""
