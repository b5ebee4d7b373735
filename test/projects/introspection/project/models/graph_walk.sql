{{ config(materialized='table') }}
-- depends_on: {{ ref('pivot') }}
select
{% if execute %}
  '{{ graph.nodes.values() | selectattr("resource_type", "equalto", "model") | map(attribute="name") | sort | join(",") }}' as models,
  '{{ graph.nodes["model.introspection.pivot"].config.materialized }}' as pivot_materialized,
  '{{ graph.nodes.values() | selectattr("resource_type", "equalto", "seed") | list | length }}' as seeds,
  '{{ model.depends_on.nodes | join(",") }}' as my_parents
{% else %}
  1 as parsing
{% endif %}
