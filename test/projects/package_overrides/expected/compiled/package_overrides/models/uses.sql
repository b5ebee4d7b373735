-- two arguments reach into a package, one finds it anywhere
select a.who, b.n, 'root default' as dispatched, 'through bakery: root default' as through_bakery
from "goldendb"."golden_bread"."loaf" a cross join "goldendb"."golden"."crumbs" b