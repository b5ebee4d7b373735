{{ config(merge_update_set_expressions={'amount': 'DBT_INTERNAL_DEST.amount + DBT_INTERNAL_SOURCE.amount', 'name': "'merged'"}) }}
select id, name, amount from {{ ref('rows') }}
