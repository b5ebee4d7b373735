select a, 'x' as word from {{ ref('first') }}
