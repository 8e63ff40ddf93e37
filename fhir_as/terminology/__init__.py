"""What can be decided about a code without a terminology server: its form, its check digit, its system's URI.

Nothing here knows what a code means, or whether its terminology has it. It stands below the validator and the
check of the mapping tables, and is the same for both.
"""
