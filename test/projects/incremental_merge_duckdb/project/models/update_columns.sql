{{ config(merge_update_columns=['name']) }}
select id, name, amount from {{ ref('rows') }}
