
select 'ü' as "größe"