{{ config(materialized='incremental', full_refresh=true) }}
select id from {{ ref('from_seed') }} {% if is_incremental() %}where false{% endif %}
