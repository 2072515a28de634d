"""Pages of plain values: a document and its blocks, drawn as HTML or as Markdown.

Whatever stands in a document is text, and escaped when it is drawn. `fragments` has the small
pieces that notebooks show.
"""
