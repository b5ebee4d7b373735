{% macro shout(text) %}{{ return(adapter.dispatch('shout', 'helper')(text)) }}{% endmacro %}
{% macro default__shout(text) %}{{ text | upper }}{% endmacro %}

{% macro whisper(text) %}{{ adapter.dispatch('whisper', macro_namespace='helper')(text) }}{% endmacro %}
{% macro default__whisper(text) %}{{ text | lower }}{% endmacro %}
{% macro postgres__whisper(text) %}{{ text | lower }} (pg){% endmacro %}

{% macro same_name() %}helper{% endmacro %}
{% macro calls_same_name() %}{{ same_name() }}/{{ helper.same_name() }}{% endmacro %}
{% macro default__type_string() %}varchar(77){% endmacro %}
{% macro helper_only() %}only in helper, called from {{ model.name if model else 'none' }}{% endmacro %}
