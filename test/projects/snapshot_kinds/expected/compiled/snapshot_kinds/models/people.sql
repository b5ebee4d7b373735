

select 2 as id, 'k0' as part,
  cast('bobby' as varchar(10)) as name,
  cast('nice' as varchar(20)) as city,
  cast('2024-01-04 10:00:00' as timestamp) as changed_at,
  cast('2024-01-04' as date) as changed_on,
  '2024-01-04 10:00:00' as changed_text, 20 as age
union all

select 3 as id, 'k1' as part,
  cast('cid' as varchar(10)) as name,
  cast('bonn' as varchar(20)) as city,
  cast('2024-01-03 10:00:00' as timestamp) as changed_at,
  cast('2024-01-03' as date) as changed_on,
  '2024-01-03 10:00:00' as changed_text, 30 as age
union all

select 4 as id, 'k0' as part,
  cast('dee' as varchar(10)) as name,
  cast(null as varchar(20)) as city,
  cast('2024-01-03 10:00:00' as timestamp) as changed_at,
  cast('2024-01-03' as date) as changed_on,
  '2024-01-03 10:00:00' as changed_text, 40 as age
union all

select 5 as id, 'k1' as part,
  cast('eve' as varchar(10)) as name,
  cast('lima' as varchar(20)) as city,
  cast('2024-01-04 10:00:00' as timestamp) as changed_at,
  cast('2024-01-04' as date) as changed_on,
  '2024-01-04 10:00:00' as changed_text, 50 as age
union all

select 6 as id, 'k0' as part,
  cast('fay' as varchar(10)) as name,
  cast('cork' as varchar(20)) as city,
  cast('2024-01-04 10:00:00' as timestamp) as changed_at,
  cast('2024-01-04' as date) as changed_on,
  '2024-01-04 10:00:00' as changed_text, 60 as age

