{{ config(volatility='deterministic') }}
select round(amount * (1 + {{ var('rate', 0.2) }}), 2)
