// `npm run build:why`: writes docs/why.md from the codes of the SDK. A test says when it is stale.
import { writeFileSync } from 'node:fs'
import { whyPage } from './why/page.ts'

writeFileSync(new URL('../docs/why.md', import.meta.url), whyPage())
