{#
  A test of our own: fails for every row whose value lies outside of the two bounds. Nulls pass, as they do in `accepted_values`.
#}
{% test between(model, column_name, lowest, highest, inclusive=true) %}

select {{ column_name }}
from {{ model }}
where {{ column_name }} {{ '<' if inclusive else '<=' }} {{ lowest }}
    or {{ column_name }} {{ '>' if inclusive else '>=' }} {{ highest }}

{% endtest %}
