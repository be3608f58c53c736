"""What must hold for any value at all, tried with values that hypothesis makes: always the same, a bounded number."""
