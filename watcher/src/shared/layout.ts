import { dutyRoles } from './types.ts'

/** Grows with every change below. A store of a later layout is not touched. */
export const layout = 1

/** What the functions refuse: a duty that was lost, a chain that stands still, two heads for one place. */
export const refusals = { lost: 'HA001', halted: 'HA002', broken: 'HA003' } as const

/** Tables. `version` counts all changes, and grows in the order of commits per chain because whoever writes holds the row of the duty or of the account. */
const tables = `
create sequence version;
create table identity (only_one boolean primary key default true check (only_one), name text not null, store_id text not null, layout int not null);
create table lease (
  chain_id bigint not null, role text not null check (role in (${dutyRoles.map((role) => `'${role}'`).join()})), fence bigint not null default 0,
  holder text not null default '', expires_at timestamptz not null default '-infinity', primary key (chain_id, role)
);
create table sign_guard (
  set_id text not null, lane_key text not null, nonce bigint not null, head text not null, policy_height text not null, at bigint not null,
  chain_id bigint not null, version bigint not null, primary key (set_id, lane_key, nonce)
);
create index sign_guard_version on sign_guard (chain_id, version);
create table account (chain_id bigint not null, sender text not null, primary key (chain_id, sender));
create table tx (
  hash text primary key, chain_id bigint not null, sender text not null, nonce bigint not null, raw text not null, max_fee text not null,
  tip text not null, purpose jsonb not null, request jsonb not null, state text not null, block bigint, at bigint not null, version bigint not null
);
create index tx_version on tx (chain_id, sender, version);
create index tx_open on tx (chain_id, sender, nonce) where state in ('live', 'mined');
create table signature (
  set_id text not null, lane_key text not null, nonce bigint not null, signer text not null, head text not null, signature text not null,
  version bigint not null, primary key (set_id, lane_key, nonce, signer, head)
);
create index signature_version on signature (version);
create table halt (chain_id bigint primary key, reason text not null, detail text not null, at bigint not null);
`

const guardRow = `jsonb_build_object('setId', g.set_id, 'laneKey', g.lane_key, 'nonce', g.nonce, 'head', g.head, 'policyHeight', g.policy_height, 'at', g.at)`
const txRow = `jsonb_build_object('chainId', t.chain_id, 'sender', t.sender, 'nonce', t.nonce, 'hash', t.hash, 'raw', t.raw, 'maxFee', t.max_fee, 'tip', t.tip,
  'purpose', t.purpose, 'request', t.request, 'state', t.state, 'block', t.block, 'at', t.at)`
const guardColumns = '"chainId" bigint, "setId" text, "laneKey" text, nonce bigint, head text, "policyHeight" text, at bigint'
const txColumns =
  '"chainId" bigint, sender text, nonce bigint, hash text, raw text, "maxFee" text, tip text, purpose jsonb, request jsonb, state text, block bigint, at bigint'
const samePlace = 'g.set_id = r."setId" and g.lane_key = r."laneKey" and g.nonce = r.nonce'

/** Each takes and gives JSON and is a transaction of its own. */
const functions: Readonly<Record<string, string>> = {
  // The row stays locked to the end: nobody takes the duty over between this look and the write after it.
  fenced: `
begin
  perform 1 from lease where chain_id = (p->>'chainId')::bigint and role = p->>'role' and fence = (p->>'fence')::bigint
    and holder = p->>'holder' and expires_at > clock_timestamp() for update;
  if not found then raise exception 'the duty % on chain % is another''s now', p->>'role', p->>'chainId' using errcode = '${refusals.lost}'; end if;
  if exists (select 1 from halt where chain_id = (p->>'chainId')::bigint) then
    raise exception 'chain % stands still', p->>'chainId' using errcode = '${refusals.halted}';
  end if;
  return null;
end`,
  turn: `
declare
  moment timestamptz;
  ends timestamptz;
  answer jsonb;
begin
  insert into lease (chain_id, role) select (w->>'chainId')::bigint, w->>'role' from jsonb_array_elements(p->'wanted') w on conflict do nothing;
  insert into halt (chain_id, reason, detail, at)
    select h."chainId", h.reason, h.detail, h.at from jsonb_to_recordset(p->'halts') h ("chainId" bigint, reason text, detail text, at bigint)
    on conflict do nothing;
  moment := clock_timestamp();
  ends := moment + make_interval(secs => (p->>'ms')::float8 / 1000);
  with wanted as (select * from jsonb_to_recordset(p->'wanted') w ("chainId" bigint, role text)),
  mine as (
    select l.chain_id, l.role from lease l join wanted w on l.chain_id = w."chainId" and l.role = w.role
    where l.holder = p->>'holder' and l.expires_at > moment for update of l
  ),
  kept as (
    update lease l set expires_at = ends from mine m where l.chain_id = m.chain_id and l.role = m.role returning l.chain_id, l.role, l.fence
  ),
  free as (
    select l.chain_id, l.role from lease l join wanted w on l.chain_id = w."chainId" and l.role = w.role
    where l.expires_at <= moment for update of l skip locked
  ),
  taken as (
    update lease l set expires_at = ends, fence = l.fence + 1, holder = p->>'holder'
    from free f where l.chain_id = f.chain_id and l.role = f.role returning l.chain_id, l.role, l.fence
  )
  select coalesce(jsonb_agg(jsonb_build_object('chainId', a.chain_id, 'role', a.role, 'fence', a.fence)), '[]') into answer
    from (select * from kept union all select * from taken) a;
  return jsonb_build_object('leases', answer, 'version', (select last_value from version), 'halts',
    (select coalesce(jsonb_agg(jsonb_build_object('chainId', h.chain_id, 'reason', h.reason, 'detail', h.detail, 'at', h.at)), '[]') from halt h));
end`,
  release: `
begin
  update lease set expires_at = '-infinity', holder = '' where holder = p->>'holder';
  if found then perform pg_notify(current_schema(), 'released'); end if;
  return null;
end`,
  reserve: `
declare conflicts jsonb;
begin
  perform fenced(p->'duty');
  select jsonb_agg(${guardRow}) into conflicts
    from jsonb_to_recordset(p->'rows') r (${guardColumns}) join sign_guard g on ${samePlace} where g.head <> r.head;
  if conflicts is not null then return conflicts; end if;
  insert into sign_guard (set_id, lane_key, nonce, head, policy_height, at, chain_id, version)
    select r."setId", r."laneKey", r.nonce, r.head, r."policyHeight", r.at, (p#>>'{duty,chainId}')::bigint, nextval('version')
    from jsonb_to_recordset(p->'rows') r (${guardColumns}) on conflict do nothing;
  -- Whatever led here: each of them stands now as it was asked for, or none does.
  if (select count(*) from jsonb_to_recordset(p->'rows') r (${guardColumns}) join sign_guard g on ${samePlace} where g.head = r.head)
    <> jsonb_array_length(p->'rows') then
    raise exception 'two heads were asked for one place' using errcode = '${refusals.broken}';
  end if;
  return '[]';
end`,
  learn: `
declare conflicts jsonb;
begin
  insert into lease (chain_id, role) select distinct (r->>'chainId')::bigint, 'attest' from jsonb_array_elements(p->'rows') r order by 1 on conflict do nothing;
  perform 1 from lease where role = 'attest' and chain_id in (select (r->>'chainId')::bigint from jsonb_array_elements(p->'rows') r)
    order by chain_id for update;
  insert into sign_guard (set_id, lane_key, nonce, head, policy_height, at, chain_id, version)
    select r."setId", r."laneKey", r.nonce, r.head, r."policyHeight", r.at, r."chainId", nextval('version')
    from jsonb_to_recordset(p->'rows') r (${guardColumns}) on conflict do nothing;
  select jsonb_agg(${guardRow}) into conflicts
    from jsonb_to_recordset(p->'rows') r (${guardColumns}) join sign_guard g on ${samePlace} where g.head <> r.head;
  return coalesce(conflicts, '[]');
end`,
  guard_since: `
declare
  newest bigint;
  answer jsonb;
begin
  if (p->>'version')::bigint = 0 then
    select coalesce(max(g.version), 0) into newest from sign_guard g where g.chain_id = (p->>'chainId')::bigint;
    select jsonb_agg(${guardRow}) into answer from (
      select distinct on (set_id, lane_key) * from sign_guard where chain_id = (p->>'chainId')::bigint order by set_id, lane_key, nonce desc
    ) g;
  else
    select jsonb_agg(${guardRow}), max(g.version) into answer, newest from (
      select * from sign_guard where chain_id = (p->>'chainId')::bigint and version > (p->>'version')::bigint order by version limit 5000
    ) g;
  end if;
  return jsonb_build_object('rows', coalesce(answer, '[]'), 'version', coalesce(newest, (p->>'version')::bigint));
end`,
  take: `
declare
  asked record;
  is_taken boolean;
begin
  perform fenced(p->'duty');
  select * into asked from jsonb_to_record(p->'row') r (${txColumns});
  insert into account (chain_id, sender) values (asked."chainId", asked.sender) on conflict do nothing;
  perform 1 from account where chain_id = asked."chainId" and sender = asked.sender for update;
  is_taken := exists (
    select 1 from tx where chain_id = asked."chainId" and sender = asked.sender and nonce = asked.nonce and state in ('live', 'mined')
  );
  if is_taken <> (p->>'isReplacement')::boolean then return to_jsonb(false); end if;
  insert into tx (hash, chain_id, sender, nonce, raw, max_fee, tip, purpose, request, state, at, version)
    values (asked.hash, asked."chainId", asked.sender, asked.nonce, asked.raw, asked."maxFee", asked.tip, asked.purpose, asked.request, 'live', asked.at, nextval('version'))
    on conflict (hash) do update set state = 'live', at = excluded.at, version = nextval('version');
  return to_jsonb(true);
end`,
  settle: `
begin
  perform fenced(p->'duty');
  perform 1 from account where chain_id = (p#>>'{duty,chainId}')::bigint and sender = p->>'sender' for update;
  update tx t set state = c.state, block = c.block, version = nextval('version')
    from jsonb_to_recordset(p->'changes') c (hash text, state text, block bigint)
    where t.hash = c.hash and t.chain_id = (p#>>'{duty,chainId}')::bigint and t.sender = p->>'sender'
    and (t.state, t.block) is distinct from (c.state, c.block);
  return null;
end`,
  adopt: `
begin
  insert into account (chain_id, sender) select distinct (r->>'chainId')::bigint, r->>'sender' from jsonb_array_elements(p->'rows') r order by 1, 2
    on conflict do nothing;
  perform 1 from account where (chain_id, sender) in (select (r->>'chainId')::bigint, r->>'sender' from jsonb_array_elements(p->'rows') r)
    order by chain_id, sender for update;
  insert into tx (hash, chain_id, sender, nonce, raw, max_fee, tip, purpose, request, state, block, at, version)
    select r.hash, r."chainId", r.sender, r.nonce, r.raw, r."maxFee", r.tip, r.purpose, r.request, r.state, r.block, r.at, nextval('version')
    from jsonb_to_recordset(p->'rows') r (${txColumns}) on conflict do nothing;
  return null;
end`,
  ledger_since: `
declare
  newest bigint;
  answer jsonb;
begin
  if (p->>'version')::bigint = 0 then
    select coalesce(max(version), 0) into newest from tx where chain_id = (p->>'chainId')::bigint and sender = p->>'sender';
    select jsonb_agg(${txRow} order by t.version) into answer from tx t
      where t.chain_id = (p->>'chainId')::bigint and t.sender = p->>'sender'
      and (t.state in ('live', 'mined') or t.hash in (select jsonb_array_elements_text(p->'hashes')));
  else
    select jsonb_agg(${txRow} order by t.version), max(t.version) into answer, newest from (
      select * from tx where chain_id = (p->>'chainId')::bigint and sender = p->>'sender' and version > (p->>'version')::bigint
      order by version limit 5000
    ) t;
  end if;
  return jsonb_build_object('rows', coalesce(answer, '[]'), 'version', coalesce(newest, (p->>'version')::bigint));
end`,
  publish: `
begin
  perform 1 from identity for update;
  insert into signature (set_id, lane_key, nonce, signer, head, signature, version)
    select r."setId", r."laneKey", r.nonce, r.signer, r.head, r.signature, nextval('version')
    from jsonb_to_recordset(p->'rows') r ("setId" text, "laneKey" text, nonce bigint, signer text, head text, signature text)
    on conflict do nothing;
  if found then perform pg_notify(current_schema(), 'published'); end if;
  return null;
end`,
  published_since: `
declare
  newest bigint;
  answer jsonb;
begin
  select jsonb_agg(jsonb_build_object('setId', s.set_id, 'laneKey', s.lane_key, 'nonce', s.nonce, 'signer', s.signer, 'head', s.head,
      'signature', s.signature) order by s.version), max(s.version) into answer, newest
    from (select * from signature where version > (p->>'version')::bigint order by version limit 250) s;
  return jsonb_build_object('rows', coalesce(answer, '[]'), 'version', coalesce(newest, (p->>'version')::bigint));
end`,
  prune: `
begin
  delete from signature where lane_key = p->>'laneKey' and nonce < (p->>'below')::bigint and nonce % (p->>'checkpoint')::bigint <> 0;
  return null;
end`,
  clear_halt: `
begin
  delete from halt where chain_id = (p->>'chainId')::bigint;
  return null;
end`,
}

/** What makes a store in a schema: all of it, or nothing when one is there. */
export function layoutOf({ schema }: { schema: string }): string {
  const routines = Object.entries(functions).map(
    ([name, body]) =>
      `create function ${name}(p jsonb) returns jsonb language plpgsql set search_path from current as $body$${body}$body$;`,
  )
  const place = `do $$ begin if to_regnamespace('${schema}') is null then create schema "${schema}"; end if; end $$;`
  return [place, `set local search_path = "${schema}";`, tables, ...routines].join('\n')
}
