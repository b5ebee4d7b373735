
select 2 as id, 'view' as mat, 'fallback' as fallback, 'custom value' as custom