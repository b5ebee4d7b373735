{{ config(materialized='table') }}
select 'plain' as name, count(*) as n from {{ ref('plain') }}
union all select 'json', count(*) from {{ ref('as_json') }}
union all select 'location', count(*) from {{ ref('by_location') }}
union all select 'zipped', count(*) from {{ ref('zipped') }}
union all select 'partitioned', count(*) from {{ ref('partitioned') }}
union all select 'twice', count(*) from {{ ref('partitioned_twice') }}
union all select 'empty', count(*) from {{ ref('empty_one') }}
union all select 'threads', count(*) from {{ ref('per_thread') }}
