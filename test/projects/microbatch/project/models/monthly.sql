{{ config(batch_size='month', lookback=2, pre_hook="create table if not exists {{ target.schema }}.pre_log (name text)", post_hook=["insert into {{ target.schema }}.pre_log values ('{{ this.identifier }} {{ model.batch.id }}')"]) }}
select id, moment, amount from {{ ref('events') }} where amount > 0
