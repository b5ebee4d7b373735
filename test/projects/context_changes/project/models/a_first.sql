{% do keep('kept', 'one') %}
{% do context.update(also='two', both=3) %}
{% do context.update([('listed', 4)]) %}
select '{{ by_name() }}' as by_name, '{{ context.get('kept', 'none') }} {{ context['kept'] }} {{ context.kept }}' as in_context,
  '{{ 'kept' in context }} {{ 'also' in context }} {{ 'never' in context }}' as known,
  '{{ context.setdefault('kept', 'other') }} {{ context.setdefault('fresh', 'new') }} {{ context.get('fresh') }}' as defaults,
  '{{ context.pop('kept') }} {{ context.pop('kept', 'gone') }} {{ 'kept' in context }} {{ context.get('kept') }}' as popped,
  '{{ by_name() }}' as after_pop, '{{ target_of() }}' as replaced
