select '{{ context.get('also', 'nothing') }} {{ 'both' in context }} {{ by_name() }}' as still_there
