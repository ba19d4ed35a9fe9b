import type { QueryClient } from '@tanstack/react-query'
import type { Against } from '../against'
import { type FunctionInfo, referenceQuery } from './reference'

/** What the parts of a formula field ask with: always about the sample that is chosen now. */
export class Asker {
  private readonly queries: QueryClient
  private sample: Against

  constructor(queries: QueryClient, against: Against) {
    this.queries = queries
    this.sample = against
  }

  /** From now on another sample is asked about. */
  turnTo(against: Against): void {
    this.sample = against
  }

  against(): Against {
    return this.sample
  }

  functions(): Promise<ReadonlyMap<string, FunctionInfo>> {
    return this.queries.ensureQueryData(referenceQuery)
  }
}
