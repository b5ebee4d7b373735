select 7 as seven
