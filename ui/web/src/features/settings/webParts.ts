import { dependencies } from '../../../package.json'

// All of them are under the same license; the test compares that with what their authors say.

/** The libraries of these pages, with their versions and licenses. */
export const webParts = Object.entries(dependencies).map(([name, version]) => ({
  name,
  version,
  license: 'MIT',
}))
