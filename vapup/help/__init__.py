"""Help beside the work: the glossary, the keys, the first tour, drafts of long texts, and the end of a session."""
