{{ config(incremental_strategy='insert_only_new', unique_key='id') }}
select 1 as id, '{{ 'again' if is_incremental() else 'first' }}' as said {% if is_incremental() %} union all select 2, 'new'{% endif %}
