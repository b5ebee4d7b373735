{{ config(enabled=[var('t')] | length == 1, q=(1, -2.5, none), z={'a': target['name'][0:3], 'b': not x is defined or 1 in [2], 'c': var('t', default='d').upper()}) }}select 1 as id
