{% macro our_comment(node) %}
{%- set d = {'by': project_name, 'target': target.schema} -%}
{%- if node is not none -%}{%- do d.update(node=node.unique_id, file=node.original_file_path) -%}{%- endif -%}
{{ return(tojson(d)) }}
{% endmacro %}
