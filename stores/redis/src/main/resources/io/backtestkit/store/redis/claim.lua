-- The claim that the request carries is that of an owner known to be dead; epoch 0 for none.
-- ARGV[7] who asks   ARGV[8] for how many milliseconds
-- Returns GRANTED or HELD with the claim; AGAIN if this request was seen already, or overtaken: ask with a new number.

local slot = ARGV[6]
local held, wrong = fence(KEYS[2], slot)
if not held then
  return 'DAMAGED ' .. wrong
end
held = whole(KEYS[1], KEYS[2], slot) or held
if latest(held) >= tonumber(number) then
  return 'AGAIN'
end
local time = now()
local dead = held.epoch == epoch and held.owner == owner
if held.owner ~= '' and held.owner ~= ARGV[7] and time < tonumber(held.ends) and not dead then
  return says('HELD', held)
end
-- not only lest it expires: a full server takes this, and then also the rest
call('PERSIST', KEYS[2])
set_claim(held, digits(held.epoch + 1), ARGV[7], digits(time + ARGV[8]))
remember(held)
keep(KEYS[2], slot, held)
return says('GRANTED', held)
