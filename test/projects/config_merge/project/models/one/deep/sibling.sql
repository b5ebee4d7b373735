select 4 as id, '{{ config.require("materialized") }}' as mat
