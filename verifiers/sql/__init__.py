"""SQL checking: find the query in a reply, run it under guard, compare results, search for a database that refutes it.

Read in this order: lexer, extract, engine, engines, compare, schema, analyse, values, databases, bench, gold, search,
shrink. Nothing here proves two queries equal except by an identical normal form.
"""
