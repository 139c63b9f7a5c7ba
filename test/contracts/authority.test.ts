import { expect } from 'chai'
import { Interface, type InterfaceAbi, type ParamType } from 'ethers'
import { artifacts, network } from 'hardhat'

/** Every function that governance or a guardian may call, and nobody else. Whoever adds one says so here and in SECURITY.md. */
const restricted: Record<string, string[]> = {
  Gateway: ['linkDestination', 'linkLane', 'resumeLane', 'setAuthority', 'setVerifier', 'stopLane', 'unlinkDestination'],
  WatcherSet: ['adopt', 'cancelRotation', 'raiseQuorum', 'setAuthority'],
  TaskEscrow: ['setAuthority'],
  TaskAssignments: ['setAuthority'],
  TaskReviews: ['pause', 'setAuthority'],
  PortalDesk: ['linkPortal', 'setAuthority', 'setLatency'],
  TaskPortal: ['linkEscrow', 'setAuthority'],
  AgentRegistry: [],
  AgentLinks: ['linkLinks', 'setAuthority'],
  Charters: ['linkCharters', 'setAuthority'],
  Agreements: ['linkAgreements', 'setAuthority'],
}

/** A value of the type that decodes: zero, or nothing. */
function zero(type: ParamType): unknown {
  if (type.components) return type.components.map(zero)
  if (type.isArray()) return []
  const size = /^bytes(\d+)$/.exec(type.baseType)?.[1]
  if (size) return `0x${'00'.repeat(Number(size))}`
  return { address: `0x${'00'.repeat(20)}`, bool: false, string: '', bytes: '0x' }[type.baseType] ?? 0
}

const managed = new Interface(['error AccessManagedUnauthorized(address caller)'])
// The build of the edit loop is larger than that for chains.
const { ethers } = await network.create({ override: { allowUnlimitedContractSize: true } })

/** Does the call fail because the authority does not know the caller? */
async function isRefused(to: string, from: string, data: string): Promise<boolean> {
  const refusal = managed.encodeErrorResult('AccessManagedUnauthorized', [from])
  return ethers.provider.call({ to, from, data }).then(
    () => false,
    (error: { data?: string }) => JSON.stringify(error.data ?? '').includes(refusal.slice(2)),
  )
}

describe('authority', () => {
  for (const [name, expected] of Object.entries(restricted)) {
    it(`lets ${name} refuse strangers in exactly the functions on the list`, async () => {
      const [admin, stranger] = await ethers.getSigners()
      const manager = await ethers.deployContract('AccessManager', [admin?.address])
      const artifact = await artifacts.readArtifact(name)
      const { deploy, fragments } = new Interface(artifact.abi as InterfaceAbi)
      const parameters = deploy.inputs.map((input) => (input.name === 'authority' ? manager.target : zero(input)))
      const contract = await ethers.deployContract(name, parameters)

      const refused: string[] = []
      for (const fragment of fragments) {
        if (fragment.type !== 'function') continue
        const called = contract.interface.getFunction(fragment.format('sighash').replace('function ', ''))
        if (!called || called.constant) continue
        const data = contract.interface.encodeFunctionData(called, called.inputs.map(zero))
        if (await isRefused(String(contract.target), stranger?.address ?? '', data)) refused.push(called.name)
      }
      expect(refused.sort()).to.deep.equal(expected)
    })
  }
})
