select 1 as "Id", 2 as "id two", 3 as "select"
