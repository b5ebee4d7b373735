{{ config(post_hook=after_commit(note('after commit'))) }}
{{ config(pre_hook=before_begin("{{ note('before begin') }}")) }}
select * from {{ ref('first') }}
