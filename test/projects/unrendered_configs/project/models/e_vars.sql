{{ config(materialized=var('mat'), tags=[var('t'), 'y'], pre_hook=['select 1', "select '{{ var('t') }}'"], x = 1 if target.name == 'duckdb' else -2, k=var('t')|upper ~ 'x' ) }}select 1 as id
