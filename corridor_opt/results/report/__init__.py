"""Reports: what stands in one is gathered as plain parts, then set as a page, as Markdown or as a workbook.

========================  =========================================================================
gathered                  what
========================  =========================================================================
`of_front`                the report of a front
`of_comparison`           the report of a comparison
`of_robust`               the report of robust routes
`of_quality`              the report of a network
`sections`, `changes`     sections that reports share; those on what could change an answer
`scenarios`, `numbers`    what becomes of the routes under each scenario; every number they rest on
`rows`, `parts`, `words`  rows of the workbook; what a report is made of; words and units
========================  =========================================================================

`files` writes; `html_page`, `markdown` and `workbook` set.
"""
