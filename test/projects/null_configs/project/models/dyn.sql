{{ config(unique_key=none, alias=none, full_refresh=none, event_time=none, own=none, lookback=none) }} select {{ var('day') }} as id
