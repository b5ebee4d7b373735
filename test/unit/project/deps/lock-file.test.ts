import { expect, test } from 'vitest'
import { lockHash, lockText } from '../../../../src/project/deps/lock-file.ts'
import { readPackages } from '../../../../src/project/packages.ts'
import { folderWith } from '../../config/project-files.ts'

// The fingerprints that dbt-core 1.11.16 computes.
test.each([
  ['[{local: a}, {local: b, name: x}]', '99012d43d95834ca5202867dc729f1541a78b07c'],
  ['[{local: a, name: null}]', '59358f48d85aec62c81672c4ccc28370c4fe1b8c'],
  ['[{package: dbt-labs/dbt_utils, version: 1.3.0}]', '226ae69cdfbc9367e2aa2c472b01f99dbce11de0'],
  [
    '[{package: dbt-labs/dbt_utils, version: [">=1.0.0", "<2.0.0"], install_prerelease: true}]',
    '0e2aafdfe3b75c5e70f121fa79cd7a8618b7b499',
  ],
  ['[{package: dbt-labs/dbt_utils, version: 1.0}]', 'e3d26d142a5186e726577056752d1999bb81f002'],
  ['[{package: dbt-labs/dbt_x, version: [1, 2.0]}]', '866cd21df7efe1e6d0fc3b09871bbebe2e175454'],
  ['[{git: "https://x/y.git"}]', 'f48a339deec875966716571e6eca5cf96910edd3'],
  [
    '[{git: "https://x/y.git", revision: 1.0}, {git: "https://x/z.git", revision: 7, warn-unpinned: false, subdirectory: s}]',
    'acf5f24eb2af1d16bffecb7c6c60b063bdb071cd',
  ],
  ['[{tarball: "https://x/y.tar.gz", name: foo}]', '880e8cd05071c567b9802e761ac6a7e64f63bdf3'],
  ['[{private: a/b, provider: github, revision: v1}]', '0c8f9235a6ad8d05fabc4b62179e9cff1833b2a5'],
  [
    `[{package: dbt-labs/x, version: [">=1.0.0"], install_prerelease: false}, {git: "https://x/{{ env_var('A') }}.git", revision: 1e3}]`,
    '257400a9e9ef9ff6f616bf9e49a6ba634e7f9adf',
  ],
  ['[]', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
])('the fingerprint of %s', (packages, hash) => {
  const root = folderWith({ 'packages.yml': `packages: ${packages}\n` })
  expect(lockHash(readPackages(root, root, (data) => data).specs)).toBe(hash)
})

test('the file has sorted keys and indented lists', () => {
  const entries = [
    { package: 'a/b', version: '1.0', name: 'b' },
    { local: '../c', name: 'yes' },
  ]
  expect(lockText(entries, '12e4'.repeat(10))).toBe(
    `packages:\n  - name: b\n    package: a/b\n    version: '1.0'\n  - local: ../c\n    name: 'yes'\nsha1_hash: ${'12e4'.repeat(10)}\n`,
  )
})
