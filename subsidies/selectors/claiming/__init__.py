"""Claims (支払申請): their figures, shares and settlements."""
