import type { HubPackage } from '../support/package-hub.ts'

export const HUB_PACKAGES: Readonly<Record<string, HubPackage>> = {
  'acme/sieve': {
    versions: {
      '1.0.0': { files: { 'macros/sieve.sql': 'one\n' } },
      '1.1.0': { files: { 'macros/sieve.sql': 'two\n' } },
      '1.2.0': {
        require_dbt_version: ['>=1.0.0', '<2.0.0'],
        files: { 'macros/sieve.sql': 'three\n', 'models/deep/er/a.sql': 'select 1\n' },
      },
      '2.0.0-rc1': {},
      '3.0.0': { require_dbt_version: '>=2.0.0' },
    },
  },
  'acme/bran': {
    versions: {
      '0.5.0': { packages: [{ package: 'acme/sieve', version: ['>=1.0.0', '<1.2.0'] }] },
      '0.6.0': { packages: [{ package: 'acme/sieve', version: '1.2.0' }] },
    },
  },
  'acme/flour': {
    versions: { '1.0.0': { packages: [{ package: 'acme/bran', version: ['>=0.5.0', '<0.7.0'] }] } },
  },
  'acme/picky': {
    versions: { '1.0.0': { packages: [{ package: 'acme/sieve', version: ['>=9.0.0'] }] } },
  },
  'acme/moved': { versions: { '1.0.0': {} }, more: { redirectnamespace: 'newacme', redirectname: 'arrived' } },
  'acme/half_moved': { versions: { '1.0.0': {} }, more: { redirectnamespace: 'newacme' } },
  'other/sieve': { versions: { '1.0.0': {} } },
  'acme/mill': { versions: { '1.0.0': {} } },
}

/** The first commit of the repository: a package, another in a folder of it. */
export const REPOSITORY_FILES: Readonly<Record<string, string>> = {
  'dbt_project.yml': 'name: husk\n',
  'models/one.sql': 'select 1 as id\n',
  'inner/dbt_project.yml': 'name: chaff\n',
  'inner/models/c.sql': 'select 3 as id\n',
  'packages.yml': 'packages:\n  - package: acme/sieve\n    version: ["{{ var(\'sieve\', \'>=1.0.0\') }}", "<1.2.0"]\n',
}

export interface DepsStep {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Written before the step. */
  readonly files?: Readonly<Record<string, string>>
  readonly installPath?: string
}
export interface DepsCase {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly steps: readonly DepsStep[]
  /** false: the reference's fingerprint is not one that it takes itself the next time. */
  readonly hash?: false
}

const packages = (...entries: string[]): Readonly<Record<string, string>> => ({
  'packages.yml': `packages:\n${entries.map((entry) => `  - {${entry}}\n`).join('')}`,
})
const once = (name: string, ...entries: string[]): DepsCase => ({ name, files: packages(...entries), steps: [{}] })
const REPO = `git: "{{ env_var('DEPS_REPO') }}"`

export const DEPS_CASES: readonly DepsCase[] = [
  once('hub: the version that is asked for, and word of a newer one', 'package: acme/sieve, version: 1.0.0'),
  once('hub: the highest of a range', 'package: acme/sieve, version: [">=1.0.0", "<3.0.0"]'),
  once('hub: pre-releases', 'package: acme/sieve, version: ">=1.0.0", install_prerelease: true'),
  once('hub: a pre-release by name', 'package: acme/sieve, version: 2.0.0-rc1'),
  once('hub: packages of packages', 'package: acme/flour, version: 1.0.0', 'package: acme/sieve, version: ">=1.0.0"'),
  once(
    'hub: a later entry narrows',
    'package: acme/sieve, version: [">=1.0.0", "<1.2.0"]',
    'package: acme/sieve, version: ">1.0.0"',
  ),
  once('hub: contradiction', 'package: acme/sieve, version: 1.0.0', 'package: acme/picky, version: 1.0.0'),
  once('hub: no such version', 'package: acme/sieve, version: 4.0.0'),
  {
    name: 'hub: a version for another dbt',
    files: packages('package: acme/sieve, version: 3.0.0'),
    steps: [{}, { args: ['--no-version-check'] }],
  },
  once('hub: no such package', 'package: acme/nothing, version: 1.0.0'),
  once('hub: moved', 'package: acme/moved, version: 1.0.0', 'package: acme/half_moved, version: 1.0.0'),
  once('two packages of one name', 'package: acme/sieve, version: 1.0.0', 'package: other/sieve, version: 1.0.0'),
  once('a package called like the project', 'package: acme/mill, version: 1.0.0'),
  once('git: a tag', `${REPO}, revision: v1`),
  once('git: a branch', `${REPO}, revision: side`),
  once('git: the default branch', REPO),
  once('git: the default branch without a word', `${REPO}, warn-unpinned: false`),
  once('git: main', `${REPO}, revision: main`),
  once('git: a folder of it', `${REPO}, revision: v1, subdirectory: inner`),
  once('git: two revisions', `${REPO}, revision: v1`, `${REPO}, revision: side`),
  once('git: no such revision', `${REPO}, revision: v9`),
  {
    name: 'git: a secret in the address',
    files: packages(`git: "file://{{ env_var('DBT_ENV_SECRET_PATH') }}/repo", revision: v1`),
    steps: [{ env: { DBT_ENV_SECRET_PATH: '{shared}' } }],
  },
  {
    name: 'vars reach the packages of packages',
    files: packages(`${REPO}, revision: v1`),
    steps: [{ args: ['--vars', '{sieve: "=1.0.0"}'] }],
  },
  once('tarball', `tarball: "{{ env_var('DEPS_HUB') }}files/grain.tgz", name: grain`),
  once('tarball without a name', 'tarball: https://localhost/x.tgz'),
  once('private', 'private: acme/secret, provider: github'),
  {
    name: 'local, with local packages of its own',
    files: {
      ...packages('local: husks', 'package: acme/sieve, version: 1.2.0'),
      'husks/dbt_project.yml': 'name: husk\n',
      'husks/packages.yml': 'packages:\n  - local: chaff\n',
      'chaff/dbt_project.yml': 'name: chaff\n',
      'chaff/dependencies.yml': 'packages:\n  - package: acme/bran\n    version: 0.6.0\nprojects:\n  - name: far\n',
    },
    steps: [{}, {}],
  },
  {
    name: 'dependencies.yml',
    files: {
      'dependencies.yml': 'packages:\n  - package: acme/sieve\n    version: 1.2.0\nprojects:\n  - name: far\n',
    },
    steps: [{}],
  },
  {
    name: 'both files',
    files: {
      ...packages('package: acme/sieve, version: 1.2.0'),
      'dependencies.yml': 'packages:\n  - package: acme/sieve\n    version: 1.2.0\n',
    },
    steps: [{}],
  },
  { name: 'no packages, only locking', files: {}, steps: [{ args: ['--lock'] }] },
  {
    name: 'the lock file decides until packages.yml changes',
    files: {
      ...packages('package: acme/sieve, version: [">=1.0.0", "<2.0.0"]'),
      'package-lock.yml':
        'packages:\n  - name: sieve\n    package: acme/sieve\n    version: 1.0.0\nsha1_hash: 774c287cfc42565b637d88e18ce3be2e73d06994\n',
    },
    steps: [{}, { args: ['--upgrade', '--lock'] }, {}, { files: packages('package: acme/sieve, version: 1.1.0') }],
  },
  {
    name: 'packages-install-path',
    files: {
      'dbt_project.yml': 'name: mill\nprofile: mill\npackages-install-path: lib/packages\n',
      ...packages('package: acme/sieve, version: 1.2.0'),
    },
    steps: [{ installPath: 'lib/packages' }],
  },
  {
    name: 'a package is added',
    hash: false,
    files: packages('package: acme/sieve, version: 1.0.0'),
    steps: [
      { args: ['--add-package', 'acme/bran@0.5.0'] },
      { args: ['--add-package', 'acme/sieve@>=1.0.0,<1.2.0', '--lock'] },
    ],
  },
  {
    name: 'keys that no package has',
    files: packages('package: acme/sieve, version: 1.0.0, install-prerelease: true'),
    steps: [{}],
  },
]
