
select 'hello ' || who || mark