"""Statistics: frames in, cells out. Nothing here reads a file or knows the plan."""
