
select 1 as id, cast('2024-01-02 00:00:00' as timestamp) as moment