import type { Plant } from './plant.ts'

const gate = 'contracts/allocation/ClaimGate.sol'
const gates = 'contracts/allocation/ClaimGates.sol'
const gating = ['test/contracts/allocation/ClaimGate.t.sol']
const gatedTasks = ['test/contracts/allocation/GatedTasks.t.sol']

const edit = (file: string, find: string, replace: string) => ({ file, find, replace })

/** Bugs of the gates before claims. */
export const gatePlants: readonly Plant[] = [
  {
    bug: 'tasks: a gate asks for all of its conditions but the last',
    tests: gating,
    caughtBy: ['testFuzz_OpensWhileAllHold', 'test_AVersionIsReached'],
    edits: [edit(gate, 'for (uint256 i; i < conditions.length; ++i)', 'for (uint256 i; i + 1 < conditions.length; ++i)')],
  },
  {
    bug: 'tasks: a gate takes a copy for the home of a cell',
    tests: gating,
    caughtBy: ['test_TheCopyOfACellIsNotItsHome', 'test_AVersionIsReached'],
    edits: [
      edit(
        gate,
        'BOARD.requireVersion(space, key, uint32(atLeast));',
        'BOARD.requireMirror(1002, space, key, uint32(atLeast), type(uint40).max);',
      ),
    ],
  },
  {
    bug: 'tasks: a gate opens when its blackboard does not answer',
    tests: gatedTasks,
    caughtBy: ['test_AHostileBoardLocksNoMoney'],
    edits: [
      edit(
        gate,
        'BOARD.requireVersion(space, key, uint32(atLeast));',
        'try BOARD.requireVersion(space, key, uint32(atLeast)) {} catch (bytes memory reason) { require(reason.length == 0); }',
      ),
    ],
  },
  {
    bug: 'tasks: a gate forgets what prices the claim',
    tests: gatedTasks,
    caughtBy: ['test_APriceRisesBehindTheGate'],
    edits: [
      edit(
        gate,
        'if (address(pricing) != address(0)) return pricing.priceOf(params, openedAt, openUntil);',
        'if (params != 0) return WHOLE;',
      ),
    ],
  },
  {
    bug: 'tasks: a version is cut to 32 bits',
    tests: gating,
    caughtBy: ['test_RevertWhen_AVersionIsOneThatNoCellHas'],
    edits: [edit(gates, 'if (isOfCell && asked.atLeast > type(uint32).max) return false;', '')],
  },
]
