{{ config(merge_clauses={'when_matched': [{'action': 'update', 'mode': 'star'}], 'when_not_matched': [{'action': 'insert', 'mode': 'star'}]}) }}
select id, name, amount from {{ ref('rows') }}
