{{ config(on_schema_change='sync_all_columns') }}
select {{ day_columns() }}
