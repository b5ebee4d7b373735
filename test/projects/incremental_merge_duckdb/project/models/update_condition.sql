{{ config(merge_update_condition='DBT_INTERNAL_SOURCE.amount > DBT_INTERNAL_DEST.amount') }}
select id, name, amount from {{ ref('rows') }}
