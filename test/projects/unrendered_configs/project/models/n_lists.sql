{{ config(
  indexes=[{'columns': ['id'], 'unique': True}],
  q=[[], {}, ['x', {'a': ['b']}]]
) }}
select 1 as id
