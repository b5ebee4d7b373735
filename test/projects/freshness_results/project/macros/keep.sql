{% macro keep(results) %}
  {% if execute and flags.WHICH == 'freshness' %}
    {% set rows = [] %}
    {% for result in results | sort(attribute='node.name') %}
      {% set dict = result.to_dict() %}
      {% set seen = [result.node.unique_id, result.status, [result.status] | string, result.failures, result.adapter_response,
        result.max_loaded_at, result.snapshotted_at > result.max_loaded_at if result.max_loaded_at else 'no time', result.age > 1000 if result.age else 'no age',
        (result.snapshotted_at - result.max_loaded_at).total_seconds() == result.age if result.age else 'no age',
        dict['max_loaded_at'], dict['snapshotted_at'] is string, dict['age'] == result.age, dict['status'], dict['node']['freshness'], result.agate_table is defined,
        [invocation_args_dict.select, invocation_args_dict.exclude, invocation_args_dict.warn_error_options.error] | string,
        dict.keys() | sort | join(' '), result.to_dict(omit_none=True).keys() | sort | join(' ')] %}
      {% do rows.append("select '" ~ seen | map('string') | map('replace', "'", '"') | join(' | ') ~ "' as seen") %}
    {% endfor %}
    {% do run_query('create table ' ~ target.schema ~ '.kept as ' ~ rows | join(' union all ')) %}
  {% endif %}
{% endmacro %}
