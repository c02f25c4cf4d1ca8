"""The network against results that others published: `python -m benchmarks.fidelity --help`.

`published.csv` holds what was published, `questions.toml` how the library is asked for each row, `asked` puts the
questions, `fit` fits a few shared numbers to two thirds of the rows, `page` writes docs/fidelity.md.
"""
