{#
  Where a view hangs on a relation and not on its name, it would fall with the relation that is replaced, and be missing until it is built
  again, if ever. Around a swap: `hold_dependent_views(old)` before the old one is renamed, `move_dependent_views(held, backup, new)` after
  the new one has the name. Most databases look views' names up when they are read: nothing is to be done.
#}
{% macro hold_dependent_views(relation) -%}
  {%- do return(adapter.dispatch('hold_dependent_views', 'dbt')(relation)) -%}
{%- endmacro %}

{% macro default__hold_dependent_views(relation) -%}
  {%- do return(false) -%}
{%- endmacro %}

{# `held`: what hold_dependent_views returned, undefined when there was nothing to replace. #}
{% macro move_dependent_views(held, from_relation, to_relation) -%}
  {%- if held -%}
    {%- do adapter.dispatch('move_dependent_views', 'dbt')(from_relation, to_relation) -%}
  {%- endif -%}
{%- endmacro %}

{% macro default__move_dependent_views(from_relation, to_relation) -%}
{%- endmacro %}
