select sum(n)
