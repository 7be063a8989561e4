"""Write claims (支払申請) and what came of them."""
