"""The parts of the home page, a module each: a bounded number of rows in a fixed number of questions."""
