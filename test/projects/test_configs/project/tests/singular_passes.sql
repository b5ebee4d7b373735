-- with a trailing comment
select * from {{ ref('numbers_view') }} where id > 100
