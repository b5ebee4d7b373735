select
    order_id,
    '{{ var("label") }}' as label,
    '{{ var("other", "none") }}' as other,
    '{{ env_var("UT_STAGE", "dev") }}' as stage,
    {{ today() }} as today,
    {{ helpers.doubled('order_id') }} as doubled,
    '{{ this }}' as me,
    '{{ model.name }}' as model_name
from {{ ref('stg_orders') }}
