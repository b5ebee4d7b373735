{{ config(on_schema_change='sync_all_columns', unique_key=none) }}
select {{ var('day') }} as id, 'a' as "Mixed", 'b' as {{ '"two words"' if var('day') > 1 else 'plain' }}
