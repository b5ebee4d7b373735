{{ config(tags='a_string', pre_hook="select 1", custom_key={'any': ['thing', 1, None]}) }}
{{ config(post_hook=["select 2", {"sql": "select 3", "transaction": true}]) }}
select 3 as id
