select * from {{ ref('independent') }} i join {{ ref('checked') }} c on i.id = c.id
