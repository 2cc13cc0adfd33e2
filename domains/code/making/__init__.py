"""One problem becomes an engineering data set: rows of every task, right by construction where that can be.

`subject` learns what can be known of a problem by running it; one function per task then makes rows out of that.
"""
