import { type UseQueryResult, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import type { Freshness } from '../actions/defineRead.ts'
import { useHanse } from './provider.ts'
import { type Asked, ask, type Question } from './question.ts'

/** An answer that follows its chains for as long as the component is there. */
export function useRead<data>(question: Question<data>): UseQueryResult<data, Error> {
  const { live } = useHanse()
  const asked = ask(live, useQueryClient(), question)
  useWatch([asked])
  return useQuery(asked.options)
}

/** What several chains say together. A chain that does not answer hides nothing of the others. */
export type Gathered<item> = {
  readonly items: readonly item[]
  /** Where they were read, one entry for each read. */
  readonly freshness: readonly Freshness[]
  /** Chains of which the last read failed, and why. What was read of them before is still among the items. */
  readonly gaps: readonly { readonly chainIds: readonly number[]; readonly error: Error }[]
  /** Whether some chain has given neither an answer nor an error yet. */
  readonly isPending: boolean
}

/** The answers to one question from several chains, each following its own. */
export function useReads<data, item>(
  questions: readonly Question<data>[],
  itemsOf: (answers: readonly data[]) => readonly item[],
): Gathered<item> {
  const { live } = useHanse()
  const queries = useQueryClient()
  const asked = questions.map((question) => ask(live, queries, question))
  const ids = useWatch(asked)
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal ids are equal questions
  const combine = useCallback(
    (results: readonly UseQueryResult<data, Error>[]): Gathered<item> => {
      const answers = results.flatMap(({ data }) => (data === undefined ? [] : [data]))
      return {
        items: itemsOf(answers),
        freshness: questions.flatMap(({ freshnessOf }, index) => {
          const data = results[index]?.data
          return data === undefined ? [] : freshnessOf(data)
        }),
        gaps: questions.flatMap(({ chainIds }, index) => {
          const error = results[index]?.error ?? undefined
          return error === undefined ? [] : [{ chainIds, error }]
        }),
        isPending: results.some((result) => result.isPending),
      }
    },
    [ids, itemsOf],
  )
  return useQueries({ queries: asked.map(({ options }) => options), combine })
}

/** Watches for as long as the component is there and asks the same. */
function useWatch<data>(asked: readonly Asked<data>[]): string {
  const { live } = useHanse()
  const ids = asked.map(({ id }) => id).join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal ids are equal questions
  useEffect(() => {
    const leaves = asked.map(({ watch }) => watch())
    return () => {
      for (const leave of leaves) leave()
    }
  }, [live, ids])
  return ids
}
