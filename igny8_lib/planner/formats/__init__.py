"""One module per export format. Each says by which headings it is known, and which column holds which measure.

A format's `reader` takes the headings and returns how to read a row, or None where the headings are not its own.
"""
