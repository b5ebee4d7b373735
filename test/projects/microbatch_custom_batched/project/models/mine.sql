{{ config(pre_hook="create table if not exists {{ target.schema }}.hook_log (name text)", post_hook="insert into {{ target.schema }}.hook_log values ('done')") }}
select id, moment, '{{ model.batch.id if model.batch else "none" }}' as batch, '{{ model.config.__dbt_internal_microbatch_event_time_start }}' as window_start
from {{ ref('events') }}
