select nothing_like_that, {{ var('wanted') }} as wanted from {{ ref('good') }}
