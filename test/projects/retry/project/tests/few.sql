select id from {{ ref('good') }}
