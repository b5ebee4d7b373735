-- depends_on: {{ ref('events') }}
select 'filtered' as what, count(*) as n from {{ source('raw', 'events') }}
union all select 'quoted', count(*) from {{ source('raw', 'events_quoted') }}
union all select 'whole', count(*) from {{ source('raw', 'events_whole') }}
union all select 'rendered', count(*) from {{ source('raw', 'events').render() }}
