
select 'golden_landing' as schema_name, 'raw_orders_v2' as identifier, 'raw_orders_v2' as table_name, 'db.golden_landing.raw_orders_v2' as rendered