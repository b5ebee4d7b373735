select id, numbers, words, array_length(numbers, 1) as n from {{ ref('source_rows') }}
