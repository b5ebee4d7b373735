select small, big, dec, dbl, short, day, moment, at_zone, clock, flag, doc{% if target.type == 'duckdb' %}, numbers{% endif %} from {{ ref('kinds') }}
