"""Pictures that need no browser: static maps and charts (`picture` on its `land`, `chart`, of `svg` parts) and `plotting` by matplotlib.

`palette` holds the colours and dashes of every picture, those of the interactive page among them.
"""
