import { play } from '../../scripts/exploration/copy.ts'
import { type Person, people } from '../../scripts/exploration/kinds.ts'
import { type Game, games } from './games.ts'

/** Base units that doing the work well costs its worker; the reward is 1,003. Every other way costs nothing. */
export const effort = 300

/** A game with what it brought in base units: `money` is what the chain says, `worth` is the player's money less effort. */
export type Result = Game & { money: Partial<Record<Person, number>>; worth: number }

/** Plays all games on a copy of `copyProject`. */
export async function resultsOn(copy: string): Promise<Result[]> {
  const all = games()
  const gains = await play(copy, all)
  return all.map((game, index) => {
    const won = gains[index] ?? {}
    const money: Partial<Record<Person, number>> = {}
    for (const person of people) if (won[person] !== undefined) money[person] = Number(won[person])
    return { ...game, money, worth: (money[game.player] ?? 0) - (game.isWork ? effort : 0) }
  })
}
