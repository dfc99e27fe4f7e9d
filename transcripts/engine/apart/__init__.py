"""Media files are read in processes of their own: what crashes, hangs or eats memory there costs that one file.

    who asks ── an order, and a connection for the answer ──▶ fork server ──▶ keeper ──▶ reader (one file, then gone)
        ◀── sound, or what the file holds, or what is wrong with it; at the end how the reader ended ──┘

`server` is that process (PyAV and numpy, no secrets in its environment); `client` asks it; `wire` is what passes
between them; `sound` and `media` are the two things to ask for, each with the contract of the function it stands for.
"""
