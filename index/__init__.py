"""From files to something searchable: read, clean, cut into chunks, embed, store."""
