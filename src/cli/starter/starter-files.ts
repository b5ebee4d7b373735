export interface StarterFile {
  readonly path: string
  readonly text: string
}

/** The files of a first project: a seed, a staging view, a table, tests and descriptions. */
export const starterFiles = (name: string, profile: string): readonly StarterFile[] => [
  { path: 'dbt_project.yml', text: projectText(name, profile) },
  { path: '.gitignore', text: 'target/\ndbt_packages/\nlogs/\n*.duckdb\n*.duckdb.wal\n' },
  { path: 'README.md', text: readme(name) },
  { path: 'seeds/harvests.csv', text: SEED },
  { path: 'models/staging/stg_harvests.sql', text: STAGING },
  { path: 'models/mill_output.sql', text: MART },
  { path: 'models/models.yml', text: PROPERTIES },
  { path: 'tests/no_flour_from_nothing.sql', text: TEST },
  { path: 'macros/.gitkeep', text: '' },
]

const projectText = (name: string, profile: string): string => `name: ${name}
version: '1.0.0'

# The profile with the database: in profiles.yml, here or in ~/.dbt
profile: ${profile}

model-paths: ['models']
seed-paths: ['seeds']
test-paths: ['tests']
macro-paths: ['macros']

clean-targets: ['target', 'dbt_packages']

models:
  ${name}:
    +materialized: table
    staging:
      +materialized: view
`

const readme = (name: string): string => `# ${name}

    quern build                         # load the seed, build the models, run the tests
    quern show --select mill_output     # look at the result
    quern run --select stg_harvests+    # one model and what depends on it
`

const SEED = `harvest_id,field,grain,kilograms,harvested_on
1,north,rye,1200,2026-07-14
2,north,wheat,2100,2026-07-29
3,hill,oats,640,2026-08-02
4,river,wheat,1850,2026-08-05
5,river,rye,980,2026-08-11
6,hill,wheat,720,2026-08-16
`

const STAGING = `-- One row per harvest, with the names that the other models use.
select
    harvest_id,
    field as field_name,
    grain,
    kilograms as grain_kg,
    harvested_on
from {{ ref('harvests') }}
`

const MART = `-- What the mill makes of each grain. The yield is a variable: quern run --vars '{flour_yield: 0.75}'
select
    grain,
    count(*) as harvests,
    sum(grain_kg) as grain_kg,
    sum(grain_kg) * {{ var('flour_yield', 0.8) }} as flour_kg
from {{ ref('stg_harvests') }}
group by grain
`

const PROPERTIES = `version: 2

seeds:
  - name: harvests
    description: What was brought to the mill.

models:
  - name: stg_harvests
    description: One row per harvest.
    columns:
      - name: harvest_id
        description: Number of the delivery.
        data_tests:
          - unique
          - not_null
  - name: mill_output
    description: Flour by grain.
    columns:
      - name: grain
        data_tests:
          - unique
          - accepted_values:
              arguments:
                values: ['rye', 'wheat', 'oats']
`

const TEST = `-- A test passes when its query finds no rows.
select *
from {{ ref('mill_output') }}
where flour_kg > grain_kg
`
