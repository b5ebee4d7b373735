select 2 as customer_id, 'a' as name, cast('2024-01-01' as timestamp) as created_at
