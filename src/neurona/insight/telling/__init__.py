"""What a report tells, section by section, as blocks of a document."""
