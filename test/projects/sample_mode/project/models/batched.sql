{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='moment', begin='2024-01-01', batch_size='day', lookback=0, unique_key='id' if target.type == 'postgres' else none) }}
select id, moment from {{ ref('events') }} {% if is_incremental() %} where id > 0 {% endif %}
