select * from (values {% if var('day') == 1 %}(1, 'a', 10), (2, 'b', 20), (3, 'c', 30){% else %}(2, 'b2', 25), (3, 'c2', 5), (4, 'd', 40), (5, 'e', 1){% endif %}) as t(id, name, amount)
