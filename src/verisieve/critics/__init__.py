"""Critics: models that are asked whether a reply is right. They lower trust, and never overrule a program.

A critic sees question and reply, no truth. Before it may filter it is measured on rows whose truth is known
(`measuring`), and its record must say that it raises few false alarms, finds enough of what is wrong, and is not
talked out of it by the reply. Then it may keep passed rows of a run back (`filtering`); it lets nothing in.
"""
