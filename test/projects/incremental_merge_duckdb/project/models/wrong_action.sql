{{ config(merge_clauses={'when_matched': [{'action': 'explode'}]}) }}
select id, name, amount from {{ ref('rows') }}
