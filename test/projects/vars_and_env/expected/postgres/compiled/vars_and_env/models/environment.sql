select
  'from the environment' as word,
  43 as num,
  'a default' as unset,
  '5' as unset_number,
  'postgres postgres golden 1 golden' as target,
  'vars_and_env' as project_name,
  'model.vars_and_env.environment model vars_and_env.environment' as model,
  'golden.environment None' as this,
  'run False False' as flags,
  '{TEAM: goldens}' as envs_length,
  '36 True False' as run_facts,
  '2024-02-29 a#b#' as modules,
  '2024-02-01 00:00:00' as later