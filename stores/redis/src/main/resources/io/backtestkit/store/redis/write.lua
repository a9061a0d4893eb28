-- For each slot also: time to live in milliseconds, 0 for none   the digest of slot, schema and body   the signal
-- Returns an answer for each slot, on a line of its own.

local function write(record_name, fence_name, slot, number, epoch, owner, ttl, sent, body)
  if digest(slot, ARGV[1], body) ~= sent then
    return 'GARBLED'
  end
  local held, wrong = whole(record_name, fence_name, slot)
  if not held then
    return 'DAMAGED ' .. wrong
  end
  local answer = superfluous(held, number, epoch, owner)
  if answer then
    return answer
  end
  local first = held.version == '0'
  held.version = digits(held.version + 1)
  redis.call('HSET', record_name, 'schema', ARGV[1], 'epoch', held.epoch, 'version', held.version,
    'sum', sealed(sent, held.epoch, held.version), 'body', body)
  if ttl ~= '0' then
    redis.call('PEXPIRE', record_name, ttl)
  elseif not first then
    redis.call('PERSIST', record_name)
  end
  remember(held, number)
  keep(fence_name, slot, held)
  return 'OK'
end

local answers = {}
for i = 1, #KEYS / 2 do
  answers[i] = write(KEYS[2 * i - 1], KEYS[2 * i], unpack(ARGV, 7 * i - 4, 7 * i + 2))
end
return table.concat(answers, '\n')
