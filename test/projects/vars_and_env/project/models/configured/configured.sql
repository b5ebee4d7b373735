select '{{ config.get("materialized") }}' as mat, 1.5 as x
