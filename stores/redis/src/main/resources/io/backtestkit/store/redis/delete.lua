-- Deletes first: a full server takes that, and then also the rest.

local slot = ARGV[6]
local held, wrong = whole(KEYS[1], KEYS[2], slot)
if not held then
  return 'DAMAGED ' .. wrong
end
local answer = superfluous(held)
if answer then
  return answer
end
call('DEL', KEYS[1])
remember(held)
keep(KEYS[2], slot, held)
return 'OK'
