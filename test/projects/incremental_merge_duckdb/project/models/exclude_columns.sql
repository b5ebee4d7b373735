{{ config(merge_exclude_columns=['name']) }}
select id, name, amount from {{ ref('rows') }}
