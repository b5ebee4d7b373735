select order_id, version as old_version from {{ ref('ranked', v=1) }}
