-- Deletes first: a full server takes that, and then also the rest.

local slot = ARGV[3]
local held, wrong = whole(KEYS[1], KEYS[2], slot)
if not held then
  return 'DAMAGED ' .. wrong
end
local answer = superfluous(held, ARGV[4], ARGV[5], ARGV[6])
if answer then
  return answer
end
redis.call('DEL', KEYS[1])
remember(held, ARGV[4])
keep(KEYS[2], slot, held)
return 'OK'
