{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if custom_schema_name is none -%}
        {{ target.schema }}
    {%- elif custom_schema_name.startswith('exact:') -%}
        {{ custom_schema_name[6:] }}
    {%- else -%}
        {{ target.schema }}__{{ custom_schema_name | trim }}
    {%- endif -%}
{%- endmacro %}

{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- set base = custom_alias_name or node.name -%}
    {%- if node.resource_type == 'seed' -%} seed_{{ base }} {%- else -%} {{ base | trim }} {%- endif -%}
{%- endmacro %}

{% macro generate_database_name(custom_database_name=none, node=none) -%}
    {{ target.database }}
{%- endmacro %}
