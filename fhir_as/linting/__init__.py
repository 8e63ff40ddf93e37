"""The check of mapping tables: what reading them lets pass and a reviewer would not.

It goes on behind a fault, where the loader stops, and says each fault once.
"""
