{% if false %}{{ config(a='x') }}{% endif %}select 1 as id
