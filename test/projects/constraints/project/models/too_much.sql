select 1 as id, 200 as amount
