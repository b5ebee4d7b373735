{{ config(merge_insert_condition='DBT_INTERNAL_SOURCE.amount > 10') }}
select id, name, amount from {{ ref('rows') }}
