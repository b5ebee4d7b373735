select * from {{ ref('vars') }} where scoped is null
