{# The config and meta keys that the code asks for, found by reading it. #}
{% macro build_config_dict(model) %}
{%- set settings = {} -%}
{%- for key, default in zip(model.config.config_keys_used, model.config.config_keys_defaults) -%}
  {%- do settings.update({key: model.config.get(key, default)}) -%}
{%- endfor -%}
{%- set meta = model.config.meta or {} -%}
{%- set meta_settings = {} -%}
{%- if model.config.meta_keys_used -%}
  {%- for key, default in zip(model.config.meta_keys_used, model.config.meta_keys_defaults) -%}
    {%- do meta_settings.update({key: meta[key] if key in meta else default}) -%}
  {%- endfor -%}
{%- endif %}
config_dict = {{ settings }}
meta_dict = {{ meta_settings }}
{% endmacro %}
