
select round(amount * (1 + 0.5), 2)