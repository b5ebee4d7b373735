select

  "id",

  "name"

from "goldendb"."golden"."things"