import type { Scenario } from '../types.ts'
import { bidding } from './bidding.ts'
import { conflict } from './conflict.ts'
import { document } from './document.ts'
import { feed } from './feed.ts'
import { hierarchy } from './hierarchy.ts'
import { market } from './market.ts'

/** What there is to play, by number. */
export const scenarios: readonly Scenario[] = [document, bidding, feed, hierarchy, market, conflict]
