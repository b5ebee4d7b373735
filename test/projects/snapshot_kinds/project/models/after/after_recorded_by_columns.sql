{{ history('recorded_by_columns', 'id, name, city', deleted='dbt_is_deleted') }}
