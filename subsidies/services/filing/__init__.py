"""Write applications: approval, gate, papers, and what passes between the office and the council."""
