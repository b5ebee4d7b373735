{{ config(incremental_predicates=['DBT_INTERNAL_DEST.amount < 30']) }}
select id, name, amount from {{ ref('rows') }}
