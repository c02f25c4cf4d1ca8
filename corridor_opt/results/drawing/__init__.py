"""Pictures that need no browser: static maps (`picture` on its `land`), `chart`, `svg` parts, `plotting` by matplotlib.

`view` is the plane of `plotting`. `ground` draws a whole network. `palette` holds the colours and dashes of every
picture, those of the interactive page among them.
"""
