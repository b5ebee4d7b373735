select who, 'root heat' as heat, 'root loaf' as named, 'oven loaf' as theirs, True as found
from "goldendb"."golden"."reads_taken_over"