"""What crosses a process boundary: the shapes both sides test against."""
