{{ config(merge_clauses={'when_matched': [{'action': 'update', 'mode': 'explicit', 'update': {'exclude': ['name']}}], 'when_not_matched': [{'action': 'do_nothing'}]}) }}
select id, name, amount from {{ ref('rows') }}
