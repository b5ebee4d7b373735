{# Makes the folder: a partitioned COPY makes its own, a plain one does not. #}
{% macro folder() %}
  {% if execute and flags.WHICH == 'build' %}
    copy (select 1 as id, 'x' as x) to 'files' (format csv, partition_by (x), overwrite_or_ignore)
  {% endif %}
{% endmacro %}
{# The written files by name, with their text where it is text. #}
{% macro look() %}
  {% if execute %}
    create table if not exists {{ target.schema }}.seen (step int, file varchar, content varchar);
    insert into {{ target.schema }}.seen
    select {{ var('step') }}, filename, null from read_blob('files/**/*')
    where not regexp_matches(filename, '\.(csv|json|txt)$') and not contains(filename, 'x=x');
    insert into {{ target.schema }}.seen
    select {{ var('step') }}, filename, content from read_text(['files/**/*.csv', 'files/**/*.CSV', 'files/**/*.json', 'files/**/*.txt'])
    where not contains(filename, 'x=x');
  {% endif %}
{% endmacro %}
