{% set s = source('shop', 'orders') %}
select '{{ s.schema }}' as schema_name, '{{ s.identifier }}' as identifier, '{{ s.name }}' as table_name, '{{ s.render() | replace('"', '') | replace(s.database, 'db') }}' as rendered
