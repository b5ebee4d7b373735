select
  '{{ env_var("GOLDEN_WORD") }}' as word,
  {{ env_var("GOLDEN_NUMBER") | int + 1 }} as num,
  '{{ env_var("GOLDEN_UNSET", "a default") }}' as unset,
  '{{ env_var("GOLDEN_UNSET", 5) }}' as unset_number,
  '{{ target.name }} {{ target.type }} {{ target.schema }} {{ target.threads }} {{ target.profile_name }}' as target,
  '{{ project_name }}' as project_name,
  '{{ model.unique_id }} {{ model.resource_type }} {{ model.fqn | join(".") }}' as model,
  '{{ this.schema }}.{{ this.name }} {{ this.type }}' as this,
  '{{ flags.WHICH if execute else "" }} {{ flags.FULL_REFRESH }} {{ flags.STORE_FAILURES }}' as flags,
  '{{ dbt_metadata_envs | string | replace("'", "") }}' as envs_length,
  '{{ invocation_id | length }} {{ thread_id | length > 0 }} {{ run_started_at is none }}' as run_facts,
  '{{ modules.datetime.date(2024, 2, 29).isoformat() }} {{ modules.re.sub("[0-9]+", "#", "a1b22") }}' as modules,
  '{{ modules.datetime.datetime.strptime("2024-01-31", "%Y-%m-%d") + modules.datetime.timedelta(days=1) }}' as later
