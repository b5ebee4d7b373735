{{ config(on_schema_change='ignore') }}
select {{ day_columns() }}
