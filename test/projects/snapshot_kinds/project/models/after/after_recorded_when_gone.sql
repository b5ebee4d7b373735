{{ history('recorded_when_gone', 'id, name, city', deleted='dbt_is_deleted') }}
