{% macro m_config() %}{{ config(materialized='table') }}{% endmacro %}
