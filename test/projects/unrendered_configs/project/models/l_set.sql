{{ config.set('a', 1) }}select 1 as id
