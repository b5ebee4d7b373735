select * from "goldendb".land_raw.Orders_land union all select * from "goldendb".land_raw."plain"
union all select * from "GOLDENDB"."land_events"."our_clicks" union all select * from "goldendb"."by_project"."kept"
union all select * from "goldendb"."jinja_names"."a"