{{ config(materialized='table',
          pre_hook=["{{ note('in-file pre') }}", "{{ note('in-file pre two ' ~ model.name) }}"],
          post_hook="insert into {{ this }} values (2)") }}
select 1 as id
