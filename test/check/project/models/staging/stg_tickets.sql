{{ config(materialized='ephemeral') }}

select
    ticket_id,
    customer_id,
    opened_at,
    trim(subject) as subject,
    is_urgent
from {{ source('crm', 'tickets') }}
