select count(*) as n from {{ ref('with_blank') }}
cross join {{ ref('order') }} cross join {{ ref('dotted') }} cross join {{ ref('a_model_with_a_name_that_has_fifty_one_characters_x') }}
