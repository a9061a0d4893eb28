-- KEYS[3] the trade log   KEYS[4] the ids in it
-- ARGV[7] the id of the signal in the log, its time of creation:its own id   ARGV[8] the entry
-- Logs before it deletes: if the log is denied, the signal stays.

-- Says whether the slot holds another signal than the ended one, which then stays.
local function holds_another()
  local body = call('HMGET', KEYS[1], 'body')[1]
  if not body then
    return false
  end
  local signal = cjson.decode(body)
  return digits(signal.createdAt) .. ':' .. signal.id ~= ARGV[7]
end

local slot = ARGV[6]
local held, wrong = whole(KEYS[1], KEYS[2], slot)
if not held then
  return 'DAMAGED ' .. wrong
end
wrong = unusable(KEYS[3], KEYS[4], slot, ARGV[8])
if wrong then
  return wrong
end
local answer = superfluous(held)
if answer and answer ~= 'DONE' then
  return answer
end
local leaves = not answer and not holds_another()
-- not only lest it expires: a full server takes this, and then also the rest
call('PERSIST', KEYS[3])
append(KEYS[3], KEYS[4], ARGV[7], ARGV[8])
if leaves then
  call('DEL', KEYS[1])
end
if not answer then
  remember(held)
  keep(KEYS[2], slot, held)
end
return answer or 'OK'
