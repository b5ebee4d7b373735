{% macro rows_before() %}{{ inner_rows_before() }}{% endmacro %}
{% macro inner_rows_before() %}{% if is_incremental() %}(select count(*) from {{ this }}){% else %}0{% endif %}{% endmacro %}
