"""What runs inside: the warm interpreter and the boxes that it forks.

Nothing here imports anything but the standard library and this folder, because `link.bundle` ships these files as
text into a bare interpreter in which no package is installed.
"""
