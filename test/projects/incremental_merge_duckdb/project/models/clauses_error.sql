{{ config(merge_clauses={'when_matched': [{'action': 'error', 'condition': 'DBT_INTERNAL_SOURCE.amount < 10', 'error_message': 'too little'}, {'action': 'update', 'mode': 'by_name'}]}) }}
select id, name, amount from {{ ref('rows') }}
