{#
  Asks the database from the command line, after a build:

      quern run-operation print_worst_days --args '{days: 3}'
#}
{% macro print_worst_days(days=5) %}
    {% set query %}
        select flight_date, average_delay, cancelled from {{ ref('daily_delays') }} order by average_delay desc limit {{ days }}
    {% endset %}
    {% for row in run_query(query) %}
        {% do print(row.flight_date ~ '  ' ~ row.average_delay ~ ' minutes on average, ' ~ row.cancelled ~ ' cancelled') %}
    {% endfor %}
{% endmacro %}
