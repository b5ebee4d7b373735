select '{{ this.schema }}' as my_schema, '{{ this.identifier }}' as my_name, '{{ model.alias }}' as my_alias, c.*
from {{ ref('aliased') }} c
