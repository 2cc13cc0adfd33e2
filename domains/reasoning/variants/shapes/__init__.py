"""Shapes of the families by kind; each module holds SHAPES: family -> Shape."""
