{% if execute %}select {{ number() }} as a, '[{{ var('word') }}]' as word, {{ graph.nodes['model.text_endings.first'].compiled_code is defined }} as compiled{% endif %}
