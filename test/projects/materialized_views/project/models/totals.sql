{{ config(
  materialized=var('totals_as'), indexes=var('indexes'),
  pre_hook="{{ log('before', info=false) }}",
  post_hook=["insert into {{ target.schema }}.hooked select {{ var('step') }}, '{{ this.type }}'"]
) }}
-- depends_on: {{ ref('hooked') }}
select shop, sum(amount) as total{{ ', count(*) as sales' if var('step') >= 9 }} from {{ ref('sales') }} group by shop
