select * from {{ ref('governance', 'm', version=2) }}, (select id as pk_id from {{ ref('pk_open') }}) p
