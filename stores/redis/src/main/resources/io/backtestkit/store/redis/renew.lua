-- ARGV[7] for how many milliseconds; 0 to give the slot back
-- A request that arrives again does no harm: it finds the same claim, or none that it could change.

local slot = ARGV[6]
local held, wrong = fence(KEYS[2], slot)
if not held then
  return 'DAMAGED ' .. wrong
end
local answer = refusal(held)
if answer then
  return answer
end
call('PERSIST', KEYS[2])
if ARGV[7] == '0' then
  set_claim(held, held.epoch, '', '0')
else
  set_claim(held, held.epoch, held.owner, digits(now() + ARGV[7]))
end
keep(KEYS[2], slot, held)
return says('OK', held)
