{{ config(merge_clauses={'when_matched': [{'action': 'update'}]}, merge_update_columns=['name']) }}
select id, name, amount from {{ ref('rows') }}
