{# reads a relation: it is built after it #}
select max(amount) from {{ ref('amounts') }} where amount < below
