{{ config(merge_clauses={'when_matched': [{'action': 'update', 'mode': 'by_name'}], 'when_not_matched': [{'action': 'insert', 'mode': 'by_name'}]}) }}
select id, name, amount from {{ ref('rows') }}
