"""The census of a site's own zones: who answers where nobody was declared. Standard library alone: it runs on monitors."""
