{{ config(incremental_strategy='insert_only_new', unique_key='id', predicates=['id < 3']) }}
select {{ 1 if not is_incremental() else 3 }} as id, 'x' as said {% if is_incremental() %} union all select 2, 'new'{% endif %}
