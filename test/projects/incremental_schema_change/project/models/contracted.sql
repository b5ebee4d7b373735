{{ config(on_schema_change='append_new_columns', contract={'enforced': true}) }}
select {{ var('day') }} as id, cast('x' as varchar) as said
