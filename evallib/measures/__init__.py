"""Statistics: frames in, cells out. Nothing here reads a file or knows the plan.

Unless its docstring says otherwise, no measure changes with the order of rows or columns, with other names
for the same codes, with another even spacing of the same scale, or with an empty class; with everybody
twice it does not change either. What does change stands in the docstring of each measure and is tried by
``tests/test_measures_metamorphic.py``.
"""
