"""What a case costs: the sheet of costs, its assessment, what-ifs and which scheme fits."""
