{{ config(
  pre_hook="create table if not exists {{ target.schema }}.made (name varchar)",
  post_hook="insert into {{ target.schema }}.made select '{{ this.identifier }}'"
) }}
select 'hello ' || who || mark
