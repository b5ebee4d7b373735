
select 3 as id, 'a' as "Mixed", 'b' as "two words"