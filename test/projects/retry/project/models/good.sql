select 1 as id, {{ var('wanted', 0) }} as wanted
