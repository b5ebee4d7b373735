select 'oven' as who
