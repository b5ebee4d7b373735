
select 1 as id, 'a' as grp union all select 2, 'b' union all select 3, 'b'