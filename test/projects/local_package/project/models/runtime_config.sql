{%- set config = builtins.ref.config -%}
{%- set shared = config.dependencies['shared'] -%}
select
  '{{ config.project_name }} {{ config.version }} {{ config.profile_name }} {{ config.threads }}' as root,
  '{{ shared.project_name }} {{ shared.version }} {{ shared.model_paths | join(",") }} {{ shared.dependencies is none }}' as package,
  '{{ config.vars.to_dict()["shared"]["scoped"] }}, {{ shared.vars.vars.keys() | list | sort | join(",") }}' as vars,
  '{{ config.cli_vars | length }} {{ config.args.which }} {{ config.args.nothing is defined }} {{ config.models["shared"]["+schema"] }}' as invocation,
  '{{ config.quoting["schema"] }} {{ source.config.config_version }} {{ ref.current_project }} {{ config.nothing is defined }}' as others
