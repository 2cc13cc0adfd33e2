"""The HTTP door: `verisieve serve`. Requests in, verdict rows out, by the same workers as all other doors.

Read in this order: `settings`, `cache`, `desk` (rows in, lines out: the queue, the cache and the workers in one event
loop), `messages`, `incoming` and `connection` (HTTP), `shapes` (what a body may say), `routes`, `metrics`, `pages`,
`front` (one process) and `running` (several).
"""
