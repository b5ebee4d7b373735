{# ref() of a Python model: a table of names, since nothing can be resolved once the code runs elsewhere. #}
{% macro build_ref_function(model) %}
{%- set targets = {} -%}
{%- for one in model.refs -%}
  {%- set names = [one['package'], one['name']] if one.get('package') else [one['name']] -%}
  {%- set found = ref(*names, v=one.get('version')) -%}
  {#- render() leaves out what --empty and --sample add; a project's own ref() may give a plain text -#}
  {%- if found.render is defined and found.render is callable -%}
    {%- set found = found.render() -%}
  {%- endif -%}
  {%- if one.get('version') -%}
    {%- do names.append('v' ~ one['version']) -%}
  {%- endif -%}
  {%- do targets.update({names | join('.'): resolve_model_name(found)}) -%}
{%- endfor %}

def ref(*args, **kwargs):
    targets = {{ targets | tojson }}
    key = '.'.join(args)
    version = kwargs.get("v") or kwargs.get("version")
    if version:
        key += f".v{version}"
    return kwargs["dbt_load_df_function"](targets[key])
{% endmacro %}

{% macro build_source_function(model) %}
{%- set targets = {} -%}
{%- for one in model.sources -%}
  {%- do targets.update({one | join('.'): resolve_model_name(source(*one))}) -%}
{%- endfor %}

def source(*args, dbt_load_df_function):
    targets = {{ targets | tojson }}
    return dbt_load_df_function(targets['.'.join(args)])
{% endmacro %}

{# A relation's name inside a Python string. #}
{% macro resolve_model_name(input_model_name) -%}
  {%- do return(adapter.dispatch('resolve_model_name', 'dbt')(input_model_name)) -%}
{%- endmacro %}

{% macro default__resolve_model_name(input_model_name) -%}
  {{ input_model_name | string | replace('"', '\"') }}
{%- endmacro %}
