"""Who comes to the hub in `benchmarks.load`, each kind in a process of its own, so that none waits for another's turn.

`programs` post clips and wait for words, `people` watch pages or ask `/health` and the library at fixed times,
`uploads` send large files over one line; what each was answered is a `Tally`.
"""
