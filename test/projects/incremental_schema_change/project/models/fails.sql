{{ config(on_schema_change='fail') }}
select {{ day_columns() }}
