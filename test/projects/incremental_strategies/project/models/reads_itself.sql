{{ config(unique_key='id', post_hook="insert into {{ this }} (id, name, seen) values ({{ 100 + var('day') }}, 'hook', 0)", pre_hook=["{% if is_incremental() %} delete from {{ this }} where name = 'hook' and id < 102 {% else %} select 1 {% endif %}"]) }}
select id, name, {{ rows_before() }} as seen from {{ ref('arrivals') }} where id is not null
