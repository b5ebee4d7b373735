{{ config(
  pre_hook='select 1',
  persist_docs={'relation': True, 'columns': False}, q=[[], {}, ['x', {'a': ['b']}]]
) }}select 1 as id -- {{ ref('a_static') }}
