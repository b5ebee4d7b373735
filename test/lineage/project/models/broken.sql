{{ config(enabled=var('people', false)) }}
selec 1
