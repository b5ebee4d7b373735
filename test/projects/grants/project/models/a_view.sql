{{ config(materialized=var('view_is'), grants={'+select': var('writers'), 'insert': var('writers')}) }}
select * from {{ ref('people') }}
