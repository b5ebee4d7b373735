select '{{ function("greet").render() }}' as shown, '{{ function("greet").type }}' as kind, {{ graph.functions | length if execute else 0 }} as n
