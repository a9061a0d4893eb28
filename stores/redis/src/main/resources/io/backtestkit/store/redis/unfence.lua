-- Renames a fence that is damaged, and begins a new one. The new epoch is the time in milliseconds: no slot was ever claimed
-- that often, so it is larger than whatever the damage hides.
--
-- KEYS[3] the new name

local slot = ARGV[6]
if fence(KEYS[2], slot) then
  return 'FREE'
end
local time = now()
call('PERSIST', KEYS[2])
if call('RENAMENX', KEYS[2], KEYS[3]) == 0 then
  return 'TAKEN'
end
local its_epoch, version = record(KEYS[1], slot)
local fresh = fence(KEYS[2], slot)
set_claim(fresh, digits(math.max(time, its_epoch or 0)), '', '0')
fresh.version = its_epoch and version or '0'
keep(KEYS[2], slot, fresh)
return 'OK'
